import { isObject, type ObjectValue, textOf, type Value } from "../value";

const list = (value: Value | undefined): Value[] => (Array.isArray(value) ? value : []);
const blocks = (value: Value | undefined): ObjectValue[] => list(value).filter(isObject);

/** IAM's own short form: one value stands alone, several in order. */
const oneOrMany = (values: Value[]): Value =>
  values.length === 1 ? (values[0] ?? null) : [...values].sort();

function principals(found: ObjectValue[]): Value {
  if (found.length === 1 && found[0]?.type === "*") return "*";
  return Object.fromEntries(
    found.map((one) => [textOf(one, "type") ?? "AWS", oneOrMany(list(one.identifiers))]),
  );
}

function conditions(found: ObjectValue[]): ObjectValue {
  const tests: Record<string, ObjectValue> = {};
  for (const one of found) {
    const test = textOf(one, "test") ?? "";
    tests[test] = { ...tests[test], [textOf(one, "variable") ?? ""]: oneOrMany(list(one.values)) };
  }
  return tests;
}

function statement(block: ObjectValue): ObjectValue {
  const parts: ObjectValue = {};
  const sid = textOf(block, "sid");
  if (sid !== undefined) parts.Sid = sid;
  parts.Effect = textOf(block, "effect") ?? "Allow";
  const lists = {
    Action: "actions",
    NotAction: "not_actions",
    Resource: "resources",
    NotResource: "not_resources",
  };
  for (const [name, argument] of Object.entries(lists)) {
    const values = list(block[argument]);
    if (values.length > 0) parts[name] = oneOrMany(values);
  }
  const allowed = blocks(block.principals);
  if (allowed.length > 0) parts.Principal = principals(allowed);
  const excluded = blocks(block.not_principals);
  if (excluded.length > 0) parts.NotPrincipal = principals(excluded);
  const conditioned = blocks(block.condition);
  if (conditioned.length > 0) parts.Condition = conditions(conditioned);
  return parts;
}

/** The policy that an `aws_iam_policy_document` describes, as IAM spells it. */
export function policyDocument(config: ObjectValue): ObjectValue {
  const document: ObjectValue = { Version: textOf(config, "version") ?? "2012-10-17" };
  const id = textOf(config, "policy_id");
  if (id !== undefined) document.Id = id;
  document.Statement = blocks(config.statement).map(statement);
  return document;
}
