import { z } from "zod";
import type { PartOf } from "../../lib/manifest";
import { converging, type Converging } from "../edge/converging";
import type { Random } from "../seeded";
import { resources, type States, texts } from "../state";
import { openResolver, type Resolver } from "./resolver";

const record = z.object({
  id: z.string(),
  zone_id: z.string(),
  name: z.string(),
  type: z.string(),
  ttl: z.coerce.number(),
  records: texts,
});

/** A name that follows the writer, with the record in state that says where to. */
export interface PrivateName {
  /** Without the final dot. */
  readonly name: string;
  readonly recordId: string;
  /** What the record was changed to last, whoever knows it. */
  latest(): string;
  /** Changes the record; every region's name servers learn of it in their own time. */
  change(host: string): void;
}

/** The private names of the databases with writer discovery `cname`, and who answers for them in each region. */
export interface PrivateNames {
  /** By database. */
  readonly names: ReadonlyMap<string, PrivateName>;
  readonly resolvers: readonly Resolver[];
  close(): Promise<void>;
}

export interface PrivateNamesOptions {
  readonly states: States;
  readonly writerNames: PartOf<"cutover">["writerNames"];
  readonly regions: readonly string[];
  /**
   * Time until the last region's name servers know a change, in milliseconds. Route 53: "generally within 60 seconds"
   * (developer guide, "Editing records").
   */
  readonly delayMs: number;
  readonly random: Random;
}

/**
 * Opens a resolver in each region for the names that follow a writer.
 *
 * @throws Error when the manifest names a record that state does not have
 */
export async function openPrivateNames(options: PrivateNamesOptions): Promise<PrivateNames> {
  const { states, writerNames, regions, delayMs, random } = options;
  const records = resources(states, "aws_route53_record", record);
  const known = new Map<string, { readonly host: Converging<string>; readonly ttlSeconds: number }>();
  const names = new Map<string, PrivateName>();
  for (const [database, { zoneId, name }] of Object.entries(writerNames)) {
    const found = records.find(
      ({ values }) => values.zone_id === zoneId && plain(values.name) === plain(name),
    );
    const first = found?.values.records[0];
    if (found?.values.type !== "CNAME" || first === undefined) {
      throw new Error(`database ${database}: no CNAME record ${name} in the applied state`);
    }
    const host = converging(plain(first), { points: regions.length, convergenceMs: delayMs, random });
    known.set(plain(name), { host, ttlSeconds: found.values.ttl });
    names.set(database, {
      name: plain(name),
      recordId: found.values.id,
      latest: () => host.latest(),
      change: (to) => host.write(plain(to)),
    });
  }
  const resolvers = await Promise.all(
    regions.map((region, index) =>
      openResolver(region, (name) => {
        const entry = known.get(name);
        return entry && { target: entry.host.seenBy(index), ttlSeconds: entry.ttlSeconds };
      }),
    ),
  );
  return {
    names,
    resolvers,
    close: async () => void (await Promise.all(resolvers.map((resolver) => resolver.close()))),
  };
}

const plain = (name: string) => name.toLowerCase().replace(/\.$/, "");
