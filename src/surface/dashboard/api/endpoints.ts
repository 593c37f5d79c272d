// The table of all endpoints. One that is not in it does not exist.
import { accessEndpoints } from "./access.ts";
import type { Endpoint } from "./endpoint.ts";
import { eventEndpoints } from "./events.ts";
import { overviewEndpoints } from "./overview.ts";

export const ENDPOINTS: readonly Endpoint[] = [
  ...accessEndpoints,
  ...overviewEndpoints,
  ...eventEndpoints,
];
