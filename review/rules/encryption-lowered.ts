import { changedObjects, type Rule } from "../rule";
import { isTrue } from "../value";

const GUARDS = [
  "storage_encrypted",
  "at_rest_encryption_enabled",
  "transit_encryption_enabled",
  "encrypted",
  "enable_key_rotation",
  "sqs_managed_sse_enabled",
];

/** Encryption that is turned off, in place or by a replacement. */
export const encryptionLowered: Rule = {
  id: "encryption-lowered",
  severity: "blocks",
  title: "No encryption is turned off",
  why: "What was encrypted in one region must be so in the other, and on the way.",
  fix: "Leave it on.",
  find: (plans) =>
    changedObjects(plans).flatMap((object) =>
      GUARDS.filter(
        (name) => isTrue(object.before[name]) && !isTrue(object.after[name]) && object.unknown[name] !== true,
      ).map((name) => ({ object, found: `${name} goes from true to ${String(object.after[name])}` })),
    ),
};
