import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { App } from "cdktf";
import { Relocation } from "../../stacks/relocation";
import { everyModule, everyModuleRelocation } from "../stacks/every-module";
import { failsOn, props, workload } from "./broken";
import { bazaar, relocation } from "./bazaar";
import { refusals } from "./refusals";

const { web, api, mailer, report } = bazaar.services;

const USES_NOTHING = { image: api.image, caches: [], buckets: [], secrets: {} };

/** Every id that the stacks give below their scopes, in all four phases. */
function idsBelowScopes(): string[] {
  const { stacks } = new Relocation(new App({ stackTraces: false }), everyModuleRelocation);
  const scopes = stacks.flatMap(({ node }) => node.children);
  return [...new Set(scopes.flatMap(({ node }) => node.children.map((child) => child.node.id)))];
}

test("no name of a workload can be an id that the stacks use themselves", () => {
  const { databases, caches, buckets, queues, registries, secrets, keys, services, schedules } = everyModule;
  const names = [
    ...[databases, caches, services, schedules].flatMap((things) => Object.keys(things!)),
    ...[buckets, queues, registries, secrets, keys].flatMap((list) => list!),
  ];
  const ids = idsBelowScopes();
  const taken = ids.filter((id) => !names.includes(id));
  expect(taken.length).toBeGreaterThan(50);
  const free = taken.filter(
    (id) =>
      !refusals({ ...everyModuleRelocation, workload: { ...everyModule, buckets: [...buckets!, id] } }).some(
        (fault) => fault.startsWith(`buckets.${id}: `),
      ),
  );
  expect(free).toEqual([]);
});

failsOn([
  [
    "a bucket that is called like a database's alarms",
    workload({ buckets: ["uploads", "orders-alarms"] }),
    'buckets.orders-alarms: found the name "orders-alarms", expected a name that the stacks do not use',
  ],
  [
    "a region in a name",
    workload({ buckets: ["uploads", "logs-eu-west-1"] }),
    'buckets.logs-eu-west-1: found the name "logs-eu-west-1", expected a name without a region',
  ],
  [
    "a name that target groups find too long",
    workload({
      services: { web, api, mailer, report, "storefront-with-more": { ...api, paths: ["/more"] } },
    }),
    'services.storefront-with-more: found the name "bazaar-storefront-with-more" of 27 characters, expected 26',
  ],
  [
    "a name that caches find too long",
    workload({
      name: "a".repeat(20),
      caches: { sessions: bazaar.caches.sessions, ["c".repeat(20)]: bazaar.caches.sessions },
    }),
    `caches.${"c".repeat(20)}: found the name "${"a".repeat(20)}-${"c".repeat(20)}" of 41 characters, expected 40`,
  ],
  [
    "a name that buckets find too long",
    workload({ name: "a".repeat(20), buckets: ["uploads", "b".repeat(15)] }),
    `buckets.${"b".repeat(15)}: found the name "${"a".repeat(20)}-${"b".repeat(15)}" of 36 characters, expected 35`,
  ],
]);

test("a name may look like a module's belonging where there is no such module", () => {
  expect(refusals(workload({ buckets: ["uploads", "price-alarms"] }))).toEqual([]);
});

test("names as long as they may be fit wherever AWS gets them", () => {
  const long = (letter: string, length = 20) => letter.repeat(length);
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), "long-names-"));
  const app = new App({ outdir, stackTraces: false });
  new Relocation(
    app,
    props({
      ...relocation,
      poolerImage: "public.ecr.aws/example/pgbouncer:1.24.1",
      workload: {
        name: long("w"),
        databases: {
          [long("d")]: { engineVersion: "18", writerDiscovery: "pooler" },
          [long("e")]: bazaar.databases.stock,
          [long("f")]: bazaar.databases.ledger,
        },
        caches: { [long("c", 19)]: { ...bazaar.caches.sessions, strategy: "global-datastore" } },
        buckets: [long("b", 14)],
        queues: [long("q")],
        registries: [long("r")],
        secrets: [long("s")],
        keys: [long("k")],
        services: {
          [long("v", 5)]: { ...web, ...USES_NOTHING, databases: [long("d"), long("e"), long("f")] },
          [long("m")]: { ...mailer, queues: [long("q")] },
          [long("o")]: { ...report, databases: [long("d")], keys: [long("k")] },
        },
        schedules: { [long("t")]: { ...bazaar.schedules.nightly, service: long("o") } },
        mail: bazaar.mail,
        edge: bazaar.edge,
      },
    }),
  );
  try {
    expect(() => app.synth()).not.toThrow();
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
});
