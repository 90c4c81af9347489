import { z } from "zod";
import { type Found, regionOf, resources, type States } from "./state";

const parameterGroup = z.object({
  arn: z.string(),
  name: z.string(),
  parameter: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
});

/** What a parameter group in state makes of a local server's configuration. */
export interface ClusterSettings {
  /** For postgresql.conf, in order; a later line wins. */
  readonly lines: readonly string[];
  /** Whether the server refuses connections without TLS. */
  readonly forceTls: boolean;
  /** Parameters that have no meaning on this machine, each with the reason. */
  readonly leftOut: readonly string[];
}

/** Settings without which the local servers would fall short of what AWS gives. A parameter group may say otherwise. */
const LOCAL_DEFAULTS: Record<string, string> = {
  // A subscription that finds its publisher away tries again this soon; 5 s by default.
  wal_retrieve_retry_interval: "500ms",
  // RDS allows several hundred by the instance's memory (RDS user guide, "Maximum number of database connections");
  // PostgreSQL's own 100 would run out while every task looks for the writer.
  max_connections: "300",
};

/** Settings that belong to this machine, whatever a parameter group says. */
const localSettings = (port: number): Record<string, string> => ({
  listen_addresses: "127.0.0.1",
  port: String(port),
  // The path of a socket may not be long; nobody needs one.
  unix_socket_directories: "",
  ssl: "on",
  ssl_cert_file: "server.crt",
  ssl_key_file: "server.key",
  shared_buffers: "64MB",
  huge_pages: "off",
  shared_preload_libraries: "",
  logging_collector: "off",
  log_destination: "stderr",
  log_line_prefix: "%m [%p] %u@%d ",
});

/** Parameters of a group by their names; a group that is not in state is one of RDS's own, without any. */
export function parametersOf(
  states: States,
  region: string,
  name: string | undefined,
): ReadonlyMap<string, string> {
  const group = resources(states, "aws_db_parameter_group", parameterGroup).find(
    // Names are unique within a region only.
    ({ values }) => values.name === name && regionOf(values.arn) === region,
  );
  return new Map(group?.values.parameter?.map((it) => [it.name, it.value]));
}

/** @param known settings that the local server has */
export function settingsOf(
  parameters: ReadonlyMap<string, string>,
  port: number,
  known: ReadonlySet<string>,
): ClusterSettings {
  const local = localSettings(port);
  const leftOut: string[] = [];
  const taken: Record<string, string> = {};
  for (const [parameter, value] of parameters) {
    const reason = refusal(parameter, value, local, known);
    if (reason) leftOut.push(`${parameter}: ${reason}`);
    else if (known.has(parameter)) taken[parameter] = value;
  }
  // RDS derives wal_level from this parameter of its own (RDS user guide, "Performing logical replication").
  const walLevel = isOn(parameters.get("rds.logical_replication")) ? "logical" : "replica";
  const all = { ...LOCAL_DEFAULTS, ...taken, ...local, wal_level: walLevel };
  return {
    lines: Object.entries(all).map(([setting, value]) => `${setting} = '${value.replaceAll("'", "''")}'`),
    // Since PostgreSQL 15 the default of rds.force_ssl is 1 (RDS user guide, "Requiring an SSL/TLS connection").
    forceTls: isOn(parameters.get("rds.force_ssl") ?? "1"),
    leftOut,
  };
}

const isOn = (value: string | undefined) => value === "1" || value === "on" || value === "true";

const UNDERSTOOD = new Set(["rds.logical_replication", "rds.force_ssl"]);

function refusal(name: string, value: string, local: Record<string, string>, known: ReadonlySet<string>) {
  if (UNDERSTOOD.has(name)) return undefined;
  if (name in local) return "belongs to this machine here";
  if (value.includes("{")) return `"${value}" is computed from the instance class`;
  if (!known.has(name)) return "the local server does not know it";
  return undefined;
}

/** Major version that an instance asks for. */
export function majorVersionOf(
  instance: Found<{ readonly engine: string; readonly engine_version: string }>,
): number {
  const { engine, engine_version: version } = instance.values;
  if (engine !== "postgres") {
    throw new Error(`${instance.at}: engine is "${engine}"; the rehearsal runs engine "postgres"`);
  }
  const major = Number.parseInt(version, 10);
  if (Number.isNaN(major))
    throw new Error(`${instance.at}: engine_version is "${version}"; expected such as "18" or "18.1"`);
  return major;
}
