/** Environment variable by which the preload finds its `ContainerNetwork`: a JSON file. */
export const CONTAINER_VARIABLE = "RELOCATE_CONTAINER_NETWORK";

/** What a task's process sees of the network. */
export interface ContainerNetwork {
  /** Local port by `host:port`, null when packets are dropped; any other name does not resolve. */
  readonly routes: Readonly<Record<string, number | null>>;
}

/** Sent to the parent when the application listens. */
export interface ListeningMessage {
  readonly containerPort: number;
  readonly localPort: number;
}
