import { DATA } from "./replacement/data";
import { EDGE } from "./replacement/edge";
import { NETWORK } from "./replacement/network";
import type { Replacements } from "./replacement/replacement";
import { SECURITY } from "./replacement/security";
import { SERVICE } from "./replacement/service";
import { STORAGE } from "./replacement/storage";

/**
 * Which changes destroy an object and make another. The bindings do not say so; a type that is missing here has
 * "replacement unknown": its plan shows an update even where AWS would replace.
 *
 * Source: hashicorp/terraform-provider-aws 6.x, `ForceNew` and `RequiresReplace` in internal/service/<service>, and
 * "Forces new resource" in website/docs/r.
 */
export const REPLACES: Replacements = {
  ...NETWORK,
  ...DATA,
  ...STORAGE,
  ...SECURITY,
  ...SERVICE,
  ...EDGE,
};
