// Every family of checks with its functions.
import type { Family, Looks } from "../check.ts";
import { ciLooks } from "./ci/index.ts";
import { hooksLooks } from "./hooks.ts";

/** Functions by family; a family without one has entries that lint or a person answers. */
export const LOOKS: Readonly<Partial<Record<Family, Looks>>> = {
  ci: ciLooks,
  hooks: hooksLooks,
};
