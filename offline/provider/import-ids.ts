import type { ObjectValue } from "../value";
import { isImportedById } from "./imported-by-id";

/** How a type's import id is written, where it is not the object's `id` or ARN. */
interface ImportId {
  readonly attributes: readonly string[];
  /** Between the parts. @default - there is one part only */
  readonly separator?: string;
}

/** Source: hashicorp/terraform-provider-aws, website/docs/r/<type>, "Import". */
const IMPORT_IDS: Readonly<Record<string, ImportId>> = {
  aws_appautoscaling_target: {
    attributes: ["service_namespace", "resource_id", "scalable_dimension"],
    separator: "/",
  },
  aws_cloudformation_stack: { attributes: ["name"] },
  aws_cloudfront_key_value_store: { attributes: ["name"] },
  aws_cloudfrontkeyvaluestore_key: { attributes: ["key_value_store_arn", "key"], separator: "," },
  aws_db_instance: { attributes: ["identifier"] },
  aws_ecs_cluster: { attributes: ["name"] },
  aws_ecs_service: { attributes: ["cluster", "name"], separator: "/" },
  aws_iam_group_policy_attachment: { attributes: ["group", "policy_arn"], separator: "/" },
  aws_iam_role_policies_exclusive: { attributes: ["role_name"] },
  aws_iam_role_policy_attachment: { attributes: ["role", "policy_arn"], separator: "/" },
  aws_iam_user_policy_attachment: { attributes: ["user", "policy_arn"], separator: "/" },
  aws_iam_user_ssh_key: { attributes: ["username", "ssh_public_key_id", "encoding"], separator: ":" },
  aws_route: { attributes: ["route_table_id", "destination_cidr_block"], separator: "_" },
  aws_route53_cidr_location: { attributes: ["cidr_collection_id", "name"], separator: "," },
  aws_route_table_association: { attributes: ["subnet_id", "route_table_id"], separator: "/" },
};

const idPart = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? `${value}` : "";

/** An import id names a cluster where an argument may give its ARN; the other ARNs in import ids stand as they are. */
const partOf = (name: string, value: unknown): string => {
  const text = idPart(value);
  return name === "cluster" && text.startsWith("arn:") ? (text.split("/").pop() ?? text) : text;
};

/**
 * The id by which Terraform imports an object, with its region where the object has one: `id@region`, which needs version 6 of
 * the provider. `undefined` where the type's form is not known here, or the state does not say its parts.
 *
 * Source of the region: AWS provider documentation, guide "Enhanced Region Support".
 */
export function importId(type: string, object: Readonly<Record<string, unknown>>): string | undefined {
  const { attributes, separator }: ImportId = IMPORT_IDS[type] ?? {
    attributes: isImportedById(type) ? ["id"] : [],
  };
  const parts = attributes.map((name) => partOf(name, object[name]));
  if (parts.length === 0 || parts.includes("")) return undefined;
  const region = typeof object.region === "string" ? object.region : "";
  return `${parts.join(separator)}${region === "" ? "" : `@${region}`}`;
}

/** Whether an object is the one that an import id means. */
export function hasImportId(type: string, object: ObjectValue, id: string): boolean {
  if (object.id === id || object.arn === id) return true;
  const form = IMPORT_IDS[type];
  return form?.attributes.map((name) => partOf(name, object[name])).join(form.separator) === id;
}

/** What an import id alone says of an object that nobody here has made. */
export function toldByImportId(type: string, id: string): ObjectValue {
  const form = IMPORT_IDS[type];
  if (!form) return { id };
  const [first, ...rest] = form.attributes;
  if (form.separator === undefined || rest.length === 0) return { [first ?? "id"]: id };
  const parts = id.split(form.separator);
  // The middle part may hold the separator itself, as in `ecs/service/cluster/web/ecs:service:DesiredCount`.
  const last =
    rest.length > 1
      ? [parts.slice(1, -1).join(form.separator), parts.at(-1)]
      : [parts.slice(1).join(form.separator)];
  return Object.fromEntries(
    form.attributes.map((name, i) => [name, (i === 0 ? parts[0] : last[i - 1]) ?? null]),
  );
}
