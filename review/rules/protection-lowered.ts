import { changedObjects, type Rule } from "../rule";

/** Arguments that keep an object from being destroyed, and the value that does so. */
const GUARDS: Readonly<Record<string, boolean>> = {
  delete_automated_backups: false,
  deletion_protection: true,
  deletion_protection_enabled: true,
  disable_api_termination: true,
  enable_deletion_protection: true,
  enable_termination_protection: true,
  force_destroy: false,
  force_delete: false,
  skip_final_snapshot: false,
  skip_destroy: true,
};

/** AWS's own guards against deletion. */
export const protectionLowered: Rule = {
  id: "protection-lowered",
  severity: "warns",
  title: "No guard against deletion is lowered",
  why: "The next plan, or one click, can then destroy it with its data.",
  fix: "Leave it, unless the source is about to be given up: `source.deletionProtection: false` is meant for then.",
  find: (plans) =>
    changedObjects(plans).flatMap((object) =>
      Object.entries(GUARDS)
        .filter(([name, guarded]) => object.before[name] === guarded && object.after[name] === !guarded)
        .map(([name, guarded]) => ({ object, found: `${name} goes from ${guarded} to ${!guarded}` })),
    ),
};
