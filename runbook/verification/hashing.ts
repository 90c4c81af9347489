import type { Side } from "../side";
import type { Hashing } from "./compared-table";
import type { Reader } from "./reader";

/** One value of each type that is hashed as it is. */
const PROBE = `
  ROW(true, 1::int2, -2::int4, 3::int8, 'four'::text, 'five'::varchar, '\\x06ff'::bytea,
      '00000000-0000-0000-0000-000000000007'::uuid, '2008-08-08'::date, '09:09'::time,
      '2010-10-10'::timestamp, '2011-11-11 11:11+00'::timestamptz, NULL::text)`;

interface Server {
  readonly version: number;
  readonly encoding: string;
}

/**
 * How rows are hashed so that both servers agree. They are asked rather than believed: nothing promises that hashes stay
 * the same from one version or processor to the next, though they have since PostgreSQL 11. `hash_record_extended` is
 * there from 14 on (https://www.postgresql.org/docs/release/14.0/).
 *
 * @throws Error when the servers cannot agree
 */
export async function agreeOnHashing(reader: Reader): Promise<Hashing> {
  const servers = await reader.askBoth<Server>(
    `SELECT current_setting('server_version_num')::integer AS version, pg_encoding_to_char(encoding) AS encoding
       FROM pg_database WHERE datname = current_database()`,
  );
  const [source, target] = [only(servers, "source"), only(servers, "target")];
  if (source.encoding !== target.encoding) {
    throw new Error(
      `the source's encoding is ${source.encoding} and the target's ${target.encoding}: rows cannot be compared by hashes. ` +
        `CREATE DATABASE ... ENCODING '${source.encoding}' TEMPLATE template0 on the target`,
    );
  }
  if (
    Math.min(source.version, target.version) >= 140_000 &&
    (await agree(reader, `hash_record_extended(${PROBE}, 0)`))
  ) {
    return "columns";
  }
  if (await agree(reader, `hashtextextended((${PROBE})::text COLLATE "C", 0)`)) return "text";
  throw new Error(
    `the servers hash the same row differently (versions ${source.version} and ${target.version}): rows cannot be compared by hashes`,
  );
}

async function agree(reader: Reader, expression: string): Promise<boolean> {
  const answers = await reader.askBoth<{ hash: string }>(`SELECT ${expression} AS hash`);
  return only(answers, "source").hash === only(answers, "target").hash;
}

function only<T>(answers: Readonly<Record<Side, readonly T[]>>, side: Side): T {
  const [answer] = answers[side];
  if (!answer) throw new Error(`the ${side} gives no answer`);
  return answer;
}
