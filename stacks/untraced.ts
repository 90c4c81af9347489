import { type App, DISABLE_STACK_TRACE_IN_METADATA } from "cdktf";

/**
 * Makes something of an app that wants no stack traces (`stackTraces: false`) without any.
 *
 * CDKTF heeds that for its own annotations only: of each reference between resources it takes the whole trace, as text, and
 * whatever maps traces to TypeScript, such as ts-node, then works on every frame of it: a third of a synthesis, for what
 * nobody reads. Source: cdktf 0.21, lib/tokens/private/stack-trace.js. Errors are not touched: their traces become text
 * when they are first read.
 */
export function untraced<T>(app: App, make: () => T): T {
  if (app.node.tryGetContext(DISABLE_STACK_TRACE_IN_METADATA) !== true) return make();
  const traces: { prepareStackTrace?: unknown } = Error;
  const before = traces.prepareStackTrace;
  traces.prepareStackTrace = () => "";
  try {
    return make();
  } finally {
    traces.prepareStackTrace = before;
  }
}
