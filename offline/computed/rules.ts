import { CACHE } from "./cache";
import { CLOUDFORMATION } from "./cloudformation";
import { DATABASE } from "./database";
import { DATABASE_CLUSTER } from "./database-cluster";
import { EDGE } from "./edge";
import type { Rules } from "./made";
import { MESSAGING } from "./messaging";
import { MONITORING } from "./monitoring";
import { NETWORK } from "./network";
import { SECURITY } from "./security";
import { SERVICE } from "./service";
import { STORAGE } from "./storage";

/** How computed attributes of resources come about; what is missing here gets a fallback. */
export const RESOURCE_RULES: Rules = {
  ...NETWORK,
  ...DATABASE,
  ...DATABASE_CLUSTER,
  ...CACHE,
  ...CLOUDFORMATION,
  ...SERVICE,
  ...MONITORING,
  ...MESSAGING,
  ...SECURITY,
  ...EDGE,
  ...STORAGE,
};
