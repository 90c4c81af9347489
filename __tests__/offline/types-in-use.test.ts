import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addTypesBelow, noTypes } from "../../offline/types-in-use";

test("types are found in every form that Terraform and OpenTofu read, and in states", () => {
  const place = mkdtempSync(join(tmpdir(), "types-"));
  const json = (type: string) => JSON.stringify({ resource: { [type]: { one: {} } } });
  try {
    for (const [name, text] of [
      ["main.tf", 'resource "aws_vpc" "one" {}\n  data "aws_ami" "one" {}\n'],
      ["more.tofu", 'resource "aws_eip" "one" {}\n'],
      ["cdk.tf.json", json("aws_subnet")],
      ["more.tofu.json", json("aws_lb")],
      ["a.tfstate", JSON.stringify({ resources: [{ mode: "managed", type: "aws_iam_user" }] })],
      ["broken.tf.json", "{"],
      ["read.me", 'resource "aws_kms_key" "one" {}\n'],
    ] as const)
      writeFileSync(join(place, name), text);
    const types = noTypes();
    addTypesBelow(place, types);
    expect([...types.managed].sort()).toEqual(["aws_eip", "aws_iam_user", "aws_lb", "aws_subnet", "aws_vpc"]);
    expect([...types.data]).toEqual(["aws_ami"]);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});
