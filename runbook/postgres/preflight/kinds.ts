import { applicationLogin, applicationRoles } from "./application-roles";
import { capacity } from "./capacity";
import { clockSkew } from "./clock-skew";
import { collations } from "./collations";
import { connectivity } from "./connectivity";
import { ddlInFlight } from "./ddl-in-flight";
import { eventTriggers } from "./event-triggers";
import { extensions } from "./extensions";
import { feeds } from "./feeds";
import { filledTarget } from "./filled-target";
import { foreignTables } from "./foreign-tables";
import { gateBypass } from "./gate-bypass";
import { grants } from "./grants";
import { gates, subscriptions } from "./guards";
import { identity } from "./identity";
import { interrupted } from "./interrupted";
import type { Kind } from "./kind";
import { largeObjects } from "./large-objects";
import { materializedViews } from "./materialized-views";
import { operatorRights } from "./operator-rights";
import { replica } from "./replica";
import { retainedLog } from "./retained-log";
import { roles } from "./roles";
import { roleSettings } from "./role-settings";
import { schemaProgram } from "./schema-program";
import { sequences } from "./sequences";
import { statementLogging } from "./statement-logging";
import { ownership, replicaTriggers, rowSecurity, unloggedTables } from "./tables";
import { timeLimits } from "./time-limits";
import { tls } from "./tls";
import { longTransactions, preparedTransactions, preparing } from "./transactions";
import { twins } from "./twins";
import { version } from "./version";
import { walLevel } from "./wal-level";

/** What holds before a start and may stop to hold afterwards. */
const LASTING: readonly Kind[] = [
  replica,
  operatorRights,
  applicationRoles,
  gateBypass,
  ownership,
  identity,
  sequences,
  unloggedTables,
  foreignTables,
  largeObjects,
  rowSecurity,
  replicaTriggers,
  feeds,
  extensions,
  twins,
  grants,
  roleSettings,
  materializedViews,
  clockSkew,
  ddlInFlight,
  longTransactions,
  preparedTransactions,
];

/** What is looked at before replication is started, in the order in which it is told. */
export const START_KINDS: readonly Kind[] = [
  interrupted,
  version,
  walLevel,
  capacity,
  connectivity,
  tls,
  statementLogging,
  timeLimits,
  retainedLog,
  collations,
  eventTriggers,
  roles,
  applicationLogin,
  ...LASTING,
  preparing,
  schemaProgram,
  filledTarget,
];

/** What is looked at before the other side becomes the writer. Asks for no password: a switch needs none. */
export const SWITCH_KINDS: readonly Kind[] = [...LASTING, gates, subscriptions];
