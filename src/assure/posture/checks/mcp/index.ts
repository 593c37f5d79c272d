// Checks of the family `mcp`: what starts servers, what they are given, whom they talk to, and who approved them.
import type { Looks } from "../../check.ts";
import { approvedLooks } from "./approved.ts";
import { givenLooks } from "./given.ts";
import { startedLooks } from "./started.ts";

/** Functions of the family `mcp`. */
export const mcpLooks: Looks = { ...startedLooks, ...givenLooks, ...approvedLooks };
