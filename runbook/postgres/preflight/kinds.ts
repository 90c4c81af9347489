import { applicationLogin, applicationRoles } from "./application-roles";
import { capacity } from "./capacity";
import { feeds } from "./feeds";
import { filledTarget } from "./filled-target";
import { gates, subscriptions } from "./guards";
import { identity } from "./identity";
import { interrupted } from "./interrupted";
import type { Kind } from "./kind";
import { largeObjects } from "./large-objects";
import { operatorRights } from "./operator-rights";
import { replica } from "./replica";
import { ownership, replicaTriggers, rowSecurity, unloggedTables } from "./tables";
import { longTransactions, preparedTransactions, preparing } from "./transactions";
import { twins } from "./twins";
import { version } from "./version";
import { walLevel } from "./wal-level";

/** What holds before a start and may stop to hold afterwards. */
const LASTING: readonly Kind[] = [
  replica,
  operatorRights,
  applicationRoles,
  ownership,
  identity,
  unloggedTables,
  largeObjects,
  rowSecurity,
  replicaTriggers,
  feeds,
  twins,
  longTransactions,
  preparedTransactions,
];

/** What is looked at before replication is started, in the order in which it is told. */
export const START_KINDS: readonly Kind[] = [
  interrupted,
  version,
  walLevel,
  capacity,
  applicationLogin,
  ...LASTING,
  preparing,
  filledTarget,
];

/** What is looked at before the other side becomes the writer. Asks for no password: a switch needs none. */
export const SWITCH_KINDS: readonly Kind[] = [...LASTING, gates, subscriptions];
