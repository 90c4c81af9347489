import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decidedMoves } from "../../split/decided-moves";
import type { ConstructPlaces } from "../../split/place";
import { misplaced, type PlacementOptions } from "../../split/placement";
import type { StateResource } from "../../split/state";

/** Resources by their address; the attributes are those of the one instance. */
const state = (all: Readonly<Record<string, Readonly<Record<string, unknown>>>>): StateResource[] =>
  Object.entries(all).map(([address, attributes]) => {
    const [name = "", type = ""] = address.split(".").reverse();
    return {
      address,
      name,
      type,
      module: address.split(".").slice(0, -2).join("."),
      instances: [{ attributes }],
    };
  });

const moves = (all: Parameters<typeof state>[0], options?: PlacementOptions) =>
  Object.fromEntries(misplaced(state(all), options).map(({ resource, to }) => [resource.address, to]));

/** CDKTF's own rule, but for the hash. */
const constructs = (paths: Readonly<Record<string, string>>): ConstructPlaces => ({
  pathOf: (address) => paths[address]?.split("/"),
  addressAt: (type, path) => `${type}.${path.join("_")}_HASH`,
});

test("A2: one region's module that holds both kinds gives its global resources to a module beside it", () => {
  expect(
    moves({
      "module.shop.aws_vpc.main": {},
      "module.shop.module.access.aws_iam_role.web": {},
      "module.roles.aws_iam_role.ci": {},
      "aws_iam_role.root": {},
    }),
  ).toEqual({
    "module.shop.module.access.aws_iam_role.web": "module.shop_global.module.access.aws_iam_role.web",
  });
});

test("A2: the region may stand anywhere in the modules' names, and be a key", () => {
  expect(
    moves({
      "module.live.module.us_east_1.aws_iam_role.web": {},
      'module.app["eu-west-1"].aws_iam_role.web': {},
      "module.app_ap-southeast-2.aws_route53_zone.main": {},
    }),
  ).toEqual({
    "module.live.module.us_east_1.aws_iam_role.web": "module.live.module.global.aws_iam_role.web",
    'module.app["eu-west-1"].aws_iam_role.web': "module.app_global.aws_iam_role.web",
    "module.app_ap-southeast-2.aws_route53_zone.main": "module.global.aws_route53_zone.main",
  });
});

test("A2: a regional resource in a global module goes to its region; CloudFront's parts stay", () => {
  expect(
    moves({
      "module.global.aws_sns_topic.alarms": { region: "eu-west-1" },
      "module.global.aws_sqs_queue.jobs": { arn: "arn:aws:sqs:us-east-1:123456789012:jobs" },
      "module.global.aws_acm_certificate.edge": { region: "us-east-1" },
      "module.global.aws_wafv2_web_acl.edge": { scope: "CLOUDFRONT", region: "us-east-1" },
      "module.global.aws_wafv2_web_acl.api": { scope: "REGIONAL", region: "us-east-1" },
      "module.global.module.us_east_1.aws_sqs_queue.held": { region: "us-east-1" },
    }),
  ).toEqual({
    "module.global.aws_sns_topic.alarms": "module.eu_west_1.aws_sns_topic.alarms",
    "module.global.aws_sqs_queue.jobs": "module.us_east_1.aws_sqs_queue.jobs",
    "module.global.aws_wafv2_web_acl.api": "module.us_east_1.aws_wafv2_web_acl.api",
  });
});

test("A2: one kind alone moves when it is asked for", () => {
  const all = {
    "module.us_east_1.aws_iam_role.web": {},
    "module.global.aws_sns_topic.alarms": { region: "eu-west-1" },
  };
  expect(Object.keys(moves(all, { only: "global" }))).toEqual(["module.us_east_1.aws_iam_role.web"]);
  expect(Object.keys(moves(all, { only: "regional" }))).toEqual(["module.global.aws_sns_topic.alarms"]);
});

test("A2: what two regions have, or stands there already, keeps its region in the name", () => {
  const all = { "module.us_east_1.aws_iam_role.web": {}, "module.eu_west_1.aws_iam_role.web": {} };
  expect(Object.values(moves(all))).toEqual([
    "module.global.aws_iam_role.web_us_east_1",
    "module.global.aws_iam_role.web_eu_west_1",
  ]);
  const one = { "module.us_east_1.aws_iam_role.web": {} };
  expect(Object.values(moves({ ...one, "module.global.aws_iam_role.web": {} }))).toEqual([
    "module.global.aws_iam_role.web_us_east_1",
  ]);
  expect(Object.values(moves(one, { taken: ["module.global.aws_iam_role.web"] }))).toEqual([
    "module.global.aws_iam_role.web_us_east_1",
  ]);
});

test("A2: where the code has decided, that counts, for the script and the proof too", () => {
  const place = mkdtempSync(join(tmpdir(), "decided-"));
  try {
    const from = "module.us_east_1.aws_iam_role.web";
    const other = 'module.app["eu-west-1"].aws_iam_role.web';
    writeFileSync(
      join(place, "moved.tf"),
      `# moved { from = no }\nmoved {\n  from = ${from}\n  to   = module.account.aws_iam_role.shop["web"]\n}\n`,
    );
    writeFileSync(
      join(place, "cdk.tf.json"),
      JSON.stringify({ moved: [{ from: other, to: "aws_iam_role.b" }] }),
    );
    writeFileSync(join(place, "none.tf.json"), "{}");
    const decided = decidedMoves(place);
    expect([...decided]).toEqual([
      [other, "aws_iam_role.b"],
      [from, 'module.account.aws_iam_role.shop["web"]'],
    ]);
    expect(moves({ [from]: {}, [other]: {}, "module.us_east_1.aws_iam_user.ci": {} }, { decided })).toEqual({
      [from]: 'module.account.aws_iam_role.shop["web"]',
      [other]: "aws_iam_role.b",
      "module.us_east_1.aws_iam_user.ci": "module.global.aws_iam_user.ci",
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});

test("A2: CDKTF's addresses are read by their form where the paths are not known, and a second run finds nothing", () => {
  const name = "us-east-1_identity_web_CB7C7A80";
  const found = moves({ [`aws_iam_role.${name}`]: {}, "aws_iam_role.us-east-1": {} });
  expect(found).toEqual({ [`aws_iam_role.${name}`]: "aws_iam_role.global_identity_web" });
  expect(moves({ "aws_iam_role.global_identity_web-us-east-1_4DA70E65": {} })).toEqual({});
});

test("A2: a construct's own id may carry a region; one that holds both kinds is mixed without one", () => {
  const paths = {
    "aws_iam_role.a": "global/identity/web-us-east-1",
    "aws_iam_role.b": "shop/web",
    "aws_vpc.c": "shop/network",
    "aws_iam_role.d": "us-east-1-root",
  };
  const all = Object.fromEntries(Object.keys(paths).map((address) => [address, {}]));
  expect(moves(all, { constructs: constructs(paths) })).toEqual({
    "aws_iam_role.b": "aws_iam_role.global_shop_web_HASH",
  });
});

test("fails for regional resources of a global module whose region is not known, all at once", () => {
  expect(() =>
    moves({ "module.global.aws_sqs_queue.a": {}, "module.global.aws_sqs_queue.b": { arn: "arn:aws:sqs" } }),
  ).toThrow(
    "module.global.aws_sqs_queue.a: is regional and stands in a global module, but its region is not known\n" +
      "module.global.aws_sqs_queue.b: is regional",
  );
});

test("fails when two would come to one address in spite of their regions", () => {
  expect(() =>
    moves({
      "module.us_east_1.aws_iam_role.web": {},
      "module.eu_west_1.aws_iam_role.web": {},
      "module.global.aws_iam_role.web_us_east_1": {},
    }),
  ).toThrow(
    "module.us_east_1.aws_iam_role.web: would come to module.global.aws_iam_role.web_us_east_1, where something stands",
  );
});
