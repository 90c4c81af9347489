import type { Rule } from "./rule";
import { backupLowered } from "./rules/backup-lowered";
import { bothSidesWritable } from "./rules/both-sides-writable";
import { createdUnencrypted } from "./rules/created-unencrypted";
import { encryptionLowered } from "./rules/encryption-lowered";
import { engineChanged } from "./rules/engine-changed";
import { everythingAllowed } from "./rules/everything-allowed";
import { globalUnderRegion } from "./rules/global-under-region";
import { jobOnBothSides } from "./rules/job-on-both-sides";
import { keyDisabled } from "./rules/key-disabled";
import { madePublic } from "./rules/made-public";
import { nameRemoved } from "./rules/name-removed";
import { notEmptyAfterCutover } from "./rules/not-empty-after-cutover";
import { openToTheWorld } from "./rules/open-to-the-world";
import { originBeforeWriter } from "./rules/origin-before-writer";
import { protectionLowered } from "./rules/protection-lowered";
import { renamedNotMoved } from "./rules/renamed-not-moved";
import { replacementUnknown } from "./rules/replacement-unknown";
import { replicaPromoted } from "./rules/replica-promoted";
import { replicationTurnedOff } from "./rules/replication-turned-off";
import { statefulDestroyed } from "./rules/stateful-destroyed";
import { statefulReplaced } from "./rules/stateful-replaced";
import { ttlBeforeSwitch } from "./rules/ttl-before-switch";
import { versioningSuspended } from "./rules/versioning-suspended";
import { wayBackRemoved } from "./rules/way-back-removed";
import { writersDisagree } from "./rules/writers-disagree";

/** All rules; within a severity the most dangerous first. */
export const RULES: readonly Rule[] = [
  statefulDestroyed,
  statefulReplaced,
  renamedNotMoved,
  replicaPromoted,
  bothSidesWritable,
  writersDisagree,
  originBeforeWriter,
  jobOnBothSides,
  replicationTurnedOff,
  keyDisabled,
  encryptionLowered,
  openToTheWorld,
  madePublic,
  versioningSuspended,
  protectionLowered,
  backupLowered,
  wayBackRemoved,
  nameRemoved,
  ttlBeforeSwitch,
  notEmptyAfterCutover,
  engineChanged,
  createdUnencrypted,
  globalUnderRegion,
  everythingAllowed,
  replacementUnknown,
];
