// The list of places whose change is more than a change: what starts by itself, what gives rights, what controls the session.
import { ACCOUNT_PLACES } from "./account-places.ts";
import { CLIENT_PLACES } from "./client-places.ts";
import type { MeaningfulPlace } from "./meaningful-place.ts";
import { PROJECT_PLACES } from "./project-places.ts";
import { SERVICE_PLACES } from "./service-places.ts";
import { STARTUP_PLACES } from "./startup-places.ts";

/** All of them, in the order in which their meanings are told. */
export const PLACES: readonly MeaningfulPlace[] = [
  ...CLIENT_PLACES,
  ...STARTUP_PLACES,
  ...SERVICE_PLACES,
  ...ACCOUNT_PLACES,
  ...PROJECT_PLACES,
];
