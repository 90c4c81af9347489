import { DATABASE } from "./database";
import { EDGE } from "./edge";
import type { Rules } from "./made";
import { NETWORK } from "./network";
import { SECURITY } from "./security";
import { SERVICE } from "./service";
import { STORAGE } from "./storage";

/** How computed attributes of resources come about; what is missing here gets a fallback. */
export const RESOURCE_RULES: Rules = {
  ...NETWORK,
  ...DATABASE,
  ...SERVICE,
  ...SECURITY,
  ...EDGE,
  ...STORAGE,
};
