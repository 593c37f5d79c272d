// The functions of the family `secrets` but the one over all that git follows, which asks checks of other families. Never a value is shown.
import type { Looks } from "../../check.ts";
import { homeLooks } from "./home.ts";
import { keepingLooks } from "./keeping.ts";
import { repositoryLooks } from "./repository.ts";
import { settingsLooks } from "./settings.ts";

/** Functions of the family `secrets`. */
export const secretsLooks: Looks = {
  ...settingsLooks,
  ...repositoryLooks,
  ...homeLooks,
  ...keepingLooks,
};
