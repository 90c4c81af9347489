/** Environment variable by which the preload finds its `ContainerNetwork`: a JSON file. */
export const CONTAINER_VARIABLE = "RELOCATE_CONTAINER_NETWORK";

/** What a task's process sees of the network. */
export interface ContainerNetwork {
  /**
   * Local ports by `host:port`, one for each instance that stands behind the name; null when packets are dropped. Any
   * other name does not resolve.
   */
  readonly routes: Readonly<Record<string, readonly number[] | null>>;
  /** Names whose records change: asked of the region's resolver at each connection. @default - there are none */
  readonly aliases?: { readonly resolver: string; readonly names: readonly string[] };
}

/** Sent to the parent when the application listens. */
export interface ListeningMessage {
  readonly containerPort: number;
  readonly localPort: number;
}
