// Checks of the family `git`: who owns control files, what protects branches, and whether hooks of git do what they are for.
import type { Looks } from "../../check.ts";
import { hookLooks } from "./hooks.ts";
import { ownerLooks } from "./owners.ts";
import { protectionLooks } from "./protection.ts";
import { pushLooks } from "./pushes.ts";

/** Functions of the family `git`. */
export const gitLooks: Looks = { ...ownerLooks, ...protectionLooks, ...hookLooks, ...pushLooks };
