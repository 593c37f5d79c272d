// Checks of the family `record`: that there is a record of calls, who can reach it, what its entries say, and how long it is kept.
import type { Looks } from "../../check.ts";
import { entryLooks } from "./entries.ts";
import { operationLooks } from "./operations.ts";
import { placeLooks } from "./places.ts";
import { retentionLooks } from "./retention.ts";

/** Functions of the family `record`. */
export const recordLooks: Looks = {
  ...entryLooks,
  ...placeLooks,
  ...retentionLooks,
  ...operationLooks,
};
