import type { DynamicValue } from "../value";

/** One step into a value. */
export type PathStep =
  | { readonly attribute_name: string }
  | { readonly element_key_string: string }
  | { readonly element_key_int: number };

/** Where in a value something stands. */
export interface AttributePath {
  readonly steps: readonly PathStep[];
}

/** What Terraform shows as an error or warning. */
export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly summary: string;
  readonly detail: string;
  readonly attribute?: AttributePath;
}

/** A request that is about one type. */
export interface OfType {
  readonly type_name: string;
}

interface WithConfig {
  readonly config: DynamicValue | null;
}

interface WithDiagnostics {
  readonly diagnostics?: readonly Diagnostic[];
}

interface AttributeMessage {
  readonly name: string;
  readonly type: Uint8Array;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  readonly write_only: boolean;
}

/** A block as the protocol spells it. */
export interface BlockMessage {
  readonly attributes: readonly AttributeMessage[];
  readonly block_types: readonly {
    readonly type_name: string;
    readonly block: BlockMessage;
    readonly nesting: "SINGLE" | "LIST" | "SET" | "MAP";
    readonly min_items: number;
    readonly max_items: number;
  }[];
}

/** A schema as the protocol spells it. */
export interface SchemaMessage {
  readonly version: number;
  readonly block: BlockMessage;
}

interface SchemaResponse extends WithDiagnostics {
  readonly provider: SchemaMessage;
  readonly resource_schemas: Readonly<Record<string, SchemaMessage>>;
  readonly data_source_schemas: Readonly<Record<string, SchemaMessage>>;
  readonly ephemeral_resource_schemas: Readonly<Record<string, SchemaMessage>>;
  readonly server_capabilities: { readonly get_provider_schema_optional: boolean };
}

interface PlanRequest extends OfType, WithConfig {
  readonly prior_state: DynamicValue | null;
  readonly proposed_new_state: DynamicValue | null;
  readonly prior_private: Uint8Array;
}

interface ApplyRequest extends OfType, WithConfig {
  readonly prior_state: DynamicValue | null;
  readonly planned_state: DynamicValue | null;
  readonly planned_private: Uint8Array;
}

interface ReadRequest extends OfType {
  readonly current_state: DynamicValue | null;
  readonly private: Uint8Array;
}

interface UpgradeRequest extends OfType {
  readonly raw_state: { readonly json: Uint8Array };
}

interface PlanResponse extends WithDiagnostics {
  readonly planned_state: DynamicValue;
  readonly requires_replace?: readonly AttributePath[];
  readonly planned_private?: Uint8Array;
}

interface ImportResponse extends WithDiagnostics {
  readonly imported_resources: readonly {
    readonly type_name: string;
    readonly state: DynamicValue;
    readonly private: Uint8Array;
  }[];
}

/** The calls of `tfplugin5.proto`, each with its request and response. */
export interface Calls {
  GetSchema: [object, SchemaResponse];
  PrepareProviderConfig: [WithConfig, WithDiagnostics & { readonly prepared_config: DynamicValue | null }];
  ValidateResourceTypeConfig: [OfType & WithConfig, WithDiagnostics];
  ValidateDataSourceConfig: [OfType & WithConfig, WithDiagnostics];
  ValidateEphemeralResourceConfig: [OfType & WithConfig, WithDiagnostics];
  UpgradeResourceState: [UpgradeRequest, WithDiagnostics & { readonly upgraded_state: DynamicValue }];
  Configure: [WithConfig, WithDiagnostics];
  ReadResource: [
    ReadRequest,
    WithDiagnostics & { readonly new_state: DynamicValue; readonly private: Uint8Array },
  ];
  PlanResourceChange: [PlanRequest, PlanResponse];
  ApplyResourceChange: [ApplyRequest, WithDiagnostics & { readonly new_state: DynamicValue }];
  ImportResourceState: [OfType & { readonly id: string }, ImportResponse];
  ReadDataSource: [OfType & WithConfig, WithDiagnostics & { readonly state: DynamicValue }];
  OpenEphemeralResource: [OfType & WithConfig, WithDiagnostics & { readonly result: DynamicValue }];
  RenewEphemeralResource: [OfType, WithDiagnostics];
  CloseEphemeralResource: [OfType, WithDiagnostics];
  Stop: [object, { readonly Error?: string }];
}

/** Answers every call. `connection` tells one provider configuration (alias) from another. */
export type Provider = {
  readonly [Name in keyof Calls]: (request: Calls[Name][0], connection: string) => Calls[Name][1];
};
