import { conform } from "../block-value";
import type { Holdings } from "../cloud";
import { createdState } from "../computed/compute";
import { readData } from "../computed/read-data";
import type { Provider } from "../protocol/messages";
import type { Recorded } from "../recorded";
import type { Block } from "../schema/block";
import type { Catalog, Mode } from "../schema/catalog";
import type { TypesInUse } from "../types-in-use";
import { decode, type DynamicValue, encode, isObject, type ObjectValue, textOf } from "../value";
import { createConfigurations } from "./configuration";
import { answerTo } from "./answers";
import { clear, spread } from "./effects";
import { hasImportId, toldByImportId } from "./import-ids";
import { type Change, plannedState, replacing } from "./plan";
import { randomPassword } from "./random-password";
import { schemaMessage } from "./schema-message";
import { readSecretVersion } from "./secret-version";
import { refuseDecidedByAws } from "./validate";

/** Private data of an object that was imported and that this cloud has never heard of. */
const ADOPTED = Buffer.from("adopted");

function objectIn(envelope: DynamicValue | null): ObjectValue | undefined {
  const value = decode(envelope);
  return isObject(value) ? value : undefined;
}

/** What lies on disk when a command begins. */
export interface Surroundings {
  /** Terraform may use these types. */
  readonly types: TypesInUse;
  /** What earlier runs, of this process or another, have left in state files. */
  readonly recorded: readonly Recorded[];
  /** Answers of data sources that hold for the same questions. */
  readonly answers: readonly Recorded[];
}

/**
 * The stand-in for the AWS provider: plans as the schema says, decides computed values by rules, and keeps what was
 * applied in a cloud of its own.
 *
 * @param lookAround asked at the begin of each command, when Terraform wants the schema
 */
export function createProvider(catalog: Catalog, cloud: Holdings, lookAround: () => Surroundings): Provider {
  const configurations = createConfigurations();
  let answers: readonly Recorded[] = [];

  function blockOf(mode: Mode, type: string): Block {
    const block = catalog.find(mode, type);
    if (!block) throw new Error(`${type}: the installed @cdktf/provider-aws has no such ${mode} type`);
    return block;
  }

  function schemas(mode: Mode, types: Iterable<string>, recorded: readonly Recorded[] = []) {
    // The bindings do not say the versions: the newest that a state was written by will do.
    const versions = new Map<string, number>();
    for (const { type, schemaVersion } of recorded)
      versions.set(type, Math.max(schemaVersion, versions.get(type) ?? 0));
    const found = [...types].map((type) => [type, catalog.find(mode, type)] as const);
    return Object.fromEntries(
      found.flatMap(([type, block]) => (block ? [[type, schemaMessage(block, versions.get(type))]] : [])),
    );
  }

  /** What a data source of one stack reads, another stack may have made in an earlier run. */
  function recall(recorded: readonly Recorded[]): void {
    for (const { type, values } of recorded) {
      const block = catalog.find("managed", type);
      if (block) cloud.recall(type, conform(block, values));
    }
  }

  const validated = (mode: Mode) => (request: { type_name: string; config: DynamicValue | null }) => ({
    diagnostics: refuseDecidedByAws(blockOf(mode, request.type_name), objectIn(request.config) ?? {}),
  });

  return {
    GetSchema: () => {
      const { types, recorded, answers: given } = lookAround();
      answers = given;
      recall(recorded);
      return {
        provider: schemaMessage(catalog.provider()),
        resource_schemas: schemas("managed", types.managed, recorded),
        data_source_schemas: schemas("data", types.data),
        ephemeral_resource_schemas: schemas("ephemeral", types.ephemeral),
        // One answer serves all aliases of a run.
        server_capabilities: { get_provider_schema_optional: true },
      };
    },
    PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
    Configure({ config }, connection) {
      configurations.set(connection, decode(config));
      return {};
    },
    ValidateResourceTypeConfig: validated("managed"),
    ValidateDataSourceConfig: validated("data"),
    ValidateEphemeralResourceConfig: validated("ephemeral"),

    UpgradeResourceState({ type_name: type, raw_state: { json } }) {
      const stored = JSON.parse(Buffer.from(json).toString("utf8")) as ObjectValue;
      return { upgraded_state: encode(conform(blockOf("managed", type), stored)) };
    },

    ReadResource({ type_name: type, current_state: current, private: kept }) {
      const state = objectIn(current);
      if (!state) return { new_state: encode(null), private: kept };
      const held = cloud.read(type, state);
      // A state of an earlier run is all there is to know of its objects.
      if (!held && !ADOPTED.equals(kept)) cloud.put(type, state);
      return { new_state: encode(held ?? state), private: kept };
    },

    PlanResourceChange(request, connection) {
      const proposed = objectIn(request.proposed_new_state);
      if (!proposed) return { planned_state: encode(null) };
      const change: Change = {
        type: request.type_name,
        block: blockOf("managed", request.type_name),
        prior: objectIn(request.prior_state),
        proposed,
        config: objectIn(request.config) ?? {},
        configuration: configurations.of(connection),
        adopted: ADOPTED.equals(request.prior_private),
      };
      const planned = plannedState(change);
      return {
        planned_state: encode(planned),
        requires_replace: replacing(change, planned),
        planned_private: request.prior_private,
      };
    },

    ApplyResourceChange(request, connection) {
      const type = request.type_name;
      const prior = objectIn(request.prior_state);
      const planned = objectIn(request.planned_state);
      if (!planned) {
        if (prior) {
          cloud.remove(type, prior);
          clear(type, prior, cloud);
        }
        return { new_state: encode(null) };
      }
      const region = configurations.regionOf(connection, planned);
      const state = createdState(blockOf("managed", type), type, region, planned, prior === undefined, cloud);
      if (prior) cloud.remove(type, prior);
      cloud.put(type, state);
      spread(type, state, objectIn(request.config) ?? {}, cloud);
      return { new_state: encode(state) };
    },

    ImportResourceState({ type_name: type, id }, connection) {
      // `id@region` names the region; see the provider's guide to enhanced region support.
      const [, plainId = id, named] = /^(.+)@([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(id) ?? [];
      const block = blockOf("managed", type);
      const region = named ?? configurations.of(connection).region;
      const held = cloud.lookUp(type, region, (one) => hasImportId(type, one, plainId));
      const bare = { ...toldByImportId(type, plainId), ...(block.attributes.region ? { region } : {}) };
      const state = encode(held ?? conform(block, bare));
      return { imported_resources: [{ type_name: type, state, private: held ? Buffer.alloc(0) : ADOPTED }] };
    },

    ReadDataSource({ type_name: type, config }, connection) {
      const values = objectIn(config) ?? {};
      const region = configurations.regionOf(connection, values);
      const block = blockOf("data", type);
      const asked = block.attributes.region
        ? { ...values, region: textOf(values, "region") ?? region }
        : values;
      const known = answerTo({ type, asked: values, region: textOf(asked, "region") }, answers);
      const state = known ? conform(block, known) : readData(block, type, region, asked, cloud);
      cloud.put(`data.${type}`, state);
      return { state: encode(state) };
    },

    OpenEphemeralResource({ type_name: type, config }, connection) {
      const values = objectIn(config) ?? {};
      blockOf("ephemeral", type);
      const region = configurations.regionOf(connection, values);
      const result =
        type === "aws_secretsmanager_secret_version"
          ? readSecretVersion(values, region, cloud)
          : { ...values, region, random_password: randomPassword(values) };
      return { result: encode(result) };
    },
    RenewEphemeralResource: () => ({}),
    CloseEphemeralResource: () => ({}),
    Stop: () => ({}),
  };
}
