/**
 * The sidecar: fetches the authorities that sign RDS' certificates, then keeps `writer.ini` as the parameter says.
 *
 * It never reloads PgBouncer: what is staged takes effect when the runbook says so, on all instances together. When SSM
 * does not answer, or answers with something that is no host name, what was staged last stays.
 */
export const STAGE_WRITER = `
set -u
trap 'exit 0' TERM
pause() { sleep "$1" & wait "$!"; }
chmod 1777 "$OWN"
until [ -s "$STAGED/ca.pem" ]; do
  if curl --fail --silent --show-error --output "$STAGED/ca.new" "$AUTHORITIES_URL"; then
    mv "$STAGED/ca.new" "$STAGED/ca.pem"
  else
    pause 5
  fi
done
staged=
while :; do
  if answer=$(aws ssm get-parameter --name "$WRITER_PARAMETER" --query Parameter.Value --output text 2>&1); then
    writer=$answer
  else
    case $answer in
      *ParameterNotFound*) writer=\${staged:-$FIRST_WRITER} ;;
      *) echo "$WRITER_PARAMETER: $answer" >&2; writer=$staged ;;
    esac
  fi
  case $writer in
    "$staged") ;;
    *[!A-Za-z0-9.-]*) echo "$WRITER_PARAMETER: found $writer, expected a host name" >&2 ;;
    *)
      printf '[databases]\\n%s = host=%s port=%s\\n' "$DATABASE" "$writer" "$DATABASE_PORT" > "$STAGED/writer.new"
      mv "$STAGED/writer.new" "$STAGED/writer.ini"
      staged=$writer
      echo "staged $writer"
      ;;
  esac
  pause "$SECONDS_BETWEEN"
done
`;

/** Ends with 0 as soon as all is there that PgBouncer needs to start. */
export const IS_STAGED = 'test -s "$STAGED/writer.ini" && test -s "$STAGED/ca.pem"';

/**
 * PgBouncer's own container: writes the passwords where it alone can read them, makes a certificate for as long as the
 * task lives, and becomes PgBouncer, so that signals reach it.
 */
export const START_POOLER = `
set -eu
umask 077
entry() { printf '"%s" "%s"\\n' "$1" "$(printf %s "$2" | sed 's/"/""/g')"; }
{
  entry "$APPLICATION_ROLE" "$APPLICATION_PASSWORD"
  entry "$ADMINISTRATOR" "$ADMINISTRATOR_PASSWORD"
} > "$OWN/users.txt"
unset APPLICATION_PASSWORD ADMINISTRATOR_PASSWORD
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=pooler \\
  -keyout "$OWN/key.pem" -out "$OWN/certificate.pem" 2> "$OWN/openssl.log" || { cat "$OWN/openssl.log" >&2; exit 1; }
printf %s "$SETTINGS" > "$OWN/pgbouncer.ini"
exec pgbouncer "$OWN/pgbouncer.ini"
`;

/** Speaks PostgreSQL's way into TLS with PgBouncer; also works while it is paused. */
export const ANSWERS_TLS =
  'openssl s_client -starttls postgres -connect "127.0.0.1:$PORT" < /dev/null > /dev/null 2>&1';
