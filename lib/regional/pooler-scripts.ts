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
 * Lets statements go on when a pause has outlasted any switch: whoever paused is gone, and PAUSE outlives its connection.
 *
 * It asks the two databases which is the writer, of what is in effect and what is staged, one after the other: a strict
 * fence refuses the login, after which a list of hosts is not followed any further. Neither may be for a moment; then it asks
 * again. It ends with the process that becomes PgBouncer, whose id is the shell's.
 */
const END_LOST_PAUSES = `
end_lost_pauses() {
  console="host=127.0.0.1 port=$PORT dbname=pgbouncer user=$ADMINISTRATOR sslmode=require connect_timeout=3"
  seconds=0
  while sleep 1 && kill -0 $$; do
    psql -X -q -x -A "$console" -c 'SHOW DATABASES' > "$OWN/databases" 2> "$OWN/console.log" || continue
    record= host= port= paused=
    while IFS='|' read -r key value; do
      case "$key:$record" in
        name:*) record=$value ;;
        host:"$DATABASE") host=$value ;;
        port:"$DATABASE") port=$value ;;
        paused:"$DATABASE") paused=$value ;;
      esac
    done < "$OWN/databases"
    if [ "$paused" = 1 ]; then seconds=$((seconds + 1)); else seconds=0; fi
    if [ "$seconds" -lt "$MOST_SECONDS_PAUSED" ]; then continue; fi
    staged=$(sed -n 's/.* host=\\([^ ]*\\) port=\\([0-9]*\\)$/\\1 \\2/p' "$STAGED/writer.ini")
    writer=
    for address in "$host $port" "$staged"; do
      psql -X -q "host=\${address% *} port=\${address#* } dbname=$DATABASE user=$APPLICATION_ROLE \\
        sslmode=$(sed -n 's/^server_tls_sslmode = //p' "$OWN/pgbouncer.ini") sslrootcert=$STAGED/ca.pem \\
        target_session_attrs=read-write connect_timeout=3" -c '' 2> "$OWN/writer.log" && writer=$address && break
    done
    if [ -z "$writer" ]; then
      echo "paused for $seconds s, and there is no writer to go on with: $(cat "$OWN/writer.log")" >&2
      continue
    fi
    if [ "$writer" != "$host $port" ]; then psql -X -q "$console" -c RELOAD >&2 || continue; fi
    psql -X -q "$console" -c "RESUME \\"$DATABASE\\"" >&2 && echo "paused for $seconds s by nobody: went on to $writer"
  done
}
`;

/**
 * PgBouncer's own container: writes the passwords where it alone can read them, makes a certificate for as long as the
 * task lives, has an eye on pauses, and becomes PgBouncer, so that signals reach it.
 */
export const START_POOLER = `
set -eu
umask 077
entry() { printf '"%s" "%s"\\n' "$1" "$(printf %s "$2" | sed 's/"/""/g')"; }
{
  entry "$APPLICATION_ROLE" "$APPLICATION_PASSWORD"
  entry "$ADMINISTRATOR" "$ADMINISTRATOR_PASSWORD"
} > "$OWN/users.txt"
login() { printf '*:*:*:%s:%s\\n' "$1" "$(printf %s "$2" | sed 's/[\\\\:]/\\\\&/g')"; }
{
  login "$APPLICATION_ROLE" "$APPLICATION_PASSWORD"
  login "$ADMINISTRATOR" "$ADMINISTRATOR_PASSWORD"
} > "$OWN/logins"
unset APPLICATION_PASSWORD ADMINISTRATOR_PASSWORD
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=pooler \\
  -keyout "$OWN/key.pem" -out "$OWN/certificate.pem" 2> "$OWN/openssl.log" || { cat "$OWN/openssl.log" >&2; exit 1; }
printf %s "$SETTINGS" > "$OWN/pgbouncer.ini"
${END_LOST_PAUSES}
PGPASSFILE=$OWN/logins end_lost_pauses &
exec pgbouncer "$OWN/pgbouncer.ini"
`;

/** Speaks PostgreSQL's way into TLS with PgBouncer; also works while it is paused. */
export const ANSWERS_TLS =
  'openssl s_client -starttls postgres -connect "127.0.0.1:$PORT" < /dev/null > /dev/null 2>&1';
