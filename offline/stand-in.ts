import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Cloud, createCloud } from "./cloud";
import { serve } from "./protocol/server";
import { createProvider } from "./provider/provider";
import { recordedBelow } from "./recorded";
import { openCatalog } from "./schema/catalog";
import { keepStates } from "./state-keeper";
import { addTypesBelow, noTypes } from "./types-in-use";

export type { Cloud } from "./cloud";

/** A running stand-in for `hashicorp/aws`. */
export interface StandIn {
  /** What a command needs on top of its own environment, so that Terraform attaches to the stand-in. */
  readonly environment: Readonly<Record<string, string>>;
  /** Holds what it needs on disk; removed by {@link StandIn.close}, and by nobody when the process is killed. */
  readonly directory: string;
  readonly cloud: Cloud;
  /**
   * Offers all types that Terraform files below a directory use, at each command anew. Terraform refuses other types.
   *
   * @param directory may be created, and filled, later
   */
  offerTypesBelow(directory: string): void;
  /** Address of a state for Terraform's backend `http`, which is kept in the file. */
  stateAddress(file: string): string;
  /** Stops serving; commands still attached fail. */
  close(): void;
}

/** How a stand-in answers. */
export interface StandInOptions {
  /**
   * Whether a data source answers what a state file has of the same question: right for states of a real account, whose
   * answers nobody here could make up. @default false - by rules, as for what was made offline
   */
  readonly answersFromStates?: boolean;
}

/**
 * Starts a stand-in for `hashicorp/aws` in this process: the real Terraform core can then validate, plan and apply with
 * no account and no provider download. Everything "created" lives in memory until {@link StandIn.close}; Terraform's
 * state files stay, and a later stand-in goes by them.
 *
 * @throws Error when the installed `@cdktf/provider-aws` cannot be found or read
 */
export async function startStandIn({ answersFromStates = false }: StandInOptions = {}): Promise<StandIn> {
  const catalog = openCatalog();
  const cloud = createCloud();
  const directories = new Set<string>();
  const serving = await serve(
    createProvider(catalog, cloud, () => {
      const types = noTypes();
      const places = [...directories].filter((directory) => fs.existsSync(directory));
      for (const place of places) addTypesBelow(place, types);
      const recorded = places.flatMap((place) => recordedBelow(place));
      const answers = answersFromStates ? places.flatMap((place) => recordedBelow(place, "data")) : [];
      return { types, recorded, answers };
    }),
  );
  const states = await keepStates();
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "relocate-offline-"));
  const settings = path.join(directory, "terraform.rc");
  // Empty, so that nobody's mirrors, credentials or overrides come between Terraform and the stand-in.
  fs.writeFileSync(settings, "");
  return {
    environment: {
      TF_REATTACH_PROVIDERS: serving.reattach,
      TF_CLI_CONFIG_FILE: settings,
      CHECKPOINT_DISABLE: "1",
    },
    directory,
    cloud,
    offerTypesBelow: (place) => void directories.add(path.resolve(place)),
    stateAddress: (file) => states.addressOf(file),
    close() {
      serving.close();
      states.close();
      fs.rmSync(directory, { recursive: true, force: true });
    },
  };
}
