import { isObject, type ObjectValue, textOf, type Value } from "../value";
import { argument, digits, type Made, regionalArn, type Rule, type Rules, uuid } from "./made";

const stackId: Rule = (made) =>
  regionalArn("cloudformation", made, `stack/${argument(made, "name")}/${uuid(made)}`);

function templateOf(made: Made): ObjectValue {
  try {
    const parsed = JSON.parse(argument(made, "template_body")) as Value;
    return isObject(parsed) ? parsed : {};
  } catch (error) {
    // A template in YAML has its outputs in AWS; here it has none.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

const part = (value: Value | undefined, name: string): ObjectValue => {
  const found = isObject(value) ? value[name] : undefined;
  return isObject(found) ? found : {};
};

/**
 * What `Ref` gives for a resource: the id that its properties name (`UserGroupId`, `UserId`, `...Name`), as nearly all
 * types do, or one that is made up.
 */
function physicalId(made: Made, template: ObjectValue, logical: string): string {
  const resource = part(part(template, "Resources"), logical);
  const kind = (textOf(resource, "Type") ?? "").split("::").pop() ?? "";
  const properties = part(resource, "Properties");
  const named = [`${kind}Id`, `${kind}Name`, "Name"].map((name) => properties[name]);
  const given = named.find((value) => value !== undefined && value !== null);
  return given === undefined
    ? `${argument(made, "name")}-${logical}-${digits(made, logical, 12).toUpperCase()}`
    : resolve(made, template, given);
}

const literal = (value: Value) =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? `${value}` : "";

/** The text of a literal, of `Ref` to a parameter or resource, of `Fn::GetAtt`, and of `Fn::Sub` as it stands. */
function resolve(made: Made, template: ObjectValue, value: Value): string {
  if (!isObject(value)) return literal(value);
  const logical = textOf(value, "Ref");
  if (logical === "AWS::Region") return made.region;
  if (logical !== undefined) {
    const given = textOf(made.values.parameters, logical);
    const byDefault = textOf(part(part(template, "Parameters"), logical), "Default");
    return given ?? byDefault ?? physicalId(made, template, logical);
  }
  const attribute = value["Fn::GetAtt"];
  if (Array.isArray(attribute)) {
    const [of = "", name = ""] = attribute.map(literal);
    return `${physicalId(made, template, of)}.${name}`;
  }
  return textOf(value, "Fn::Sub") ?? "";
}

function outputs(made: Made): ObjectValue {
  const template = templateOf(made);
  const declared = Object.entries(part(template, "Outputs"));
  return Object.fromEntries(
    declared.map(([name, output]) => [name, resolve(made, template, part({ output }, "output").Value ?? "")]),
  );
}

/** Stacks of CloudFormation, for what Terraform's provider cannot make without a secret in its state. */
export const CLOUDFORMATION: Rules = {
  aws_cloudformation_stack: { id: stackId, outputs, parameters: () => ({}) },
};
