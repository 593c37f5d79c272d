// Checks of the family `sandbox`: the client's sandbox, firewalls around it, and the containers that a repository describes.
import type { Looks } from "../../check.ts";
import { containerLooks } from "./containers.ts";
import { firewallLooks } from "./firewalls.ts";
import { isolationLooks } from "./isolation.ts";
import { settingLooks } from "./settings.ts";

/** Functions of the family `sandbox`. */
export const sandboxLooks: Looks = {
  ...isolationLooks,
  ...settingLooks,
  ...firewallLooks,
  ...containerLooks,
};
