import { Registry, type RegistryProps } from "../../lib/regional/registry";
import { inRegion } from "./synthesized";

const registry = (props: Partial<RegistryProps> = {}) =>
  inRegion("eu-west-1", (scope) => {
    new Registry(scope, "images", { name: "storefront/images", ...props });
  });

test("a tag keeps its image, every image is scanned, and only untagged ones go", () => {
  const made = registry();
  expect(made.one("aws_ecr_repository")).toMatchObject({
    image_tag_mutability: "IMMUTABLE",
    image_scanning_configuration: { scan_on_push: true },
    lifecycle: { prevent_destroy: true },
  });
  expect(made.one("aws_ecr_repository")).not.toHaveProperty("force_delete");
  const policy = JSON.parse(String(made.one("aws_ecr_lifecycle_policy").policy)) as {
    rules: { selection: { tagStatus: string } }[];
  };
  expect(policy.rules.map(({ selection }) => selection.tagStatus)).toEqual(["untagged"]);
});

test("the guard against deletion can be taken off", () => {
  expect(registry({ deletionProtection: false }).one("aws_ecr_repository").lifecycle).toEqual({
    prevent_destroy: false,
  });
});

test("a repository that is adopted keeps its encryption, which cannot change", () => {
  expect(registry({ importId: "storefront/images" }).one("aws_ecr_repository").lifecycle).toEqual({
    prevent_destroy: true,
    ignore_changes: ["encryption_configuration"],
  });
});

test.each(["a", "Storefront", "storefront//images", "storefront/", "-images", "a".repeat(257)])(
  "fails on the name %s, which ECR refuses",
  (name) => {
    expect(() => registry({ name })).toThrow(/eu-west-1\/images: the registry name .*Fix: change "name"/);
  },
);

test.each(["ab", "storefront/images", "a1.b_c-d/e"])("takes the name %s, as ECR does", (name) => {
  expect(registry({ name }).one("aws_ecr_repository").name).toBe(name);
});
