import { changedObjects, objectsOf, type Rule } from "../rule";

const BLOCKS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

/** A database or bucket that the internet can reach. */
export const madePublic: Rule = {
  id: "made-public",
  severity: "blocks",
  title: "No database or bucket becomes public",
  why: "A move is no reason to reach it over the internet: the regions are peered.",
  fix: "Set publicly_accessible to false, and leave the bucket's public access block as it is.",
  find: (plans) => [
    ...objectsOf(plans)
      .filter(
        ({ before, after, kind }) =>
          kind !== "none" && after?.publicly_accessible === true && before?.publicly_accessible !== true,
      )
      .map((object) => ({ object, found: "publicly_accessible becomes true" })),
    ...changedObjects(plans)
      .filter(({ type }) => type === "aws_s3_bucket_public_access_block")
      .flatMap((object) =>
        BLOCKS.filter((name) => object.before[name] === true && object.after[name] === false).map((name) => ({
          object,
          found: `${name} goes from true to false`,
        })),
      ),
  ],
};
