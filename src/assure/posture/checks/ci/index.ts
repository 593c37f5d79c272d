// Checks of the family `ci`: what pipelines do, above all those that run the client.
import type { Looks } from "../../check.ts";
import { fetchedLooks } from "./fetched.ts";
import { gateLooks } from "./gates.ts";
import { isolationLooks } from "./isolation.ts";
import { modeLooks } from "./modes.ts";
import { releaseLooks } from "./releases.ts";
import { rightsLooks } from "./rights.ts";
import { untrustedCodeLooks } from "./untrusted-code.ts";

/** Functions of the family `ci`. */
export const ciLooks: Looks = {
  ...modeLooks,
  ...rightsLooks,
  ...releaseLooks,
  ...untrustedCodeLooks,
  ...isolationLooks,
  ...fetchedLooks,
  ...gateLooks,
};
