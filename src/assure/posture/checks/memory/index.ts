// Checks of the family `memory`: texts for the model, and the files that keep secrets from git and from sessions.
import type { Looks } from "../../check.ts";
import { ignoreLooks } from "./ignores.ts";
import { textLooks } from "./texts.ts";

/** Functions of the family `memory`. */
export const memoryLooks: Looks = { ...textLooks, ...ignoreLooks };
