// The table of all endpoints. One that is not in it does not exist.
import { accessEndpoints } from "./access.ts";
import { actionEndpoints } from "./actions.ts";
import { approvalEndpoints } from "./approvals.ts";
import { askEndpoints } from "./asks.ts";
import { complianceEndpoints } from "./compliance.ts";
import type { Endpoint } from "./endpoint.ts";
import { eventEndpoints } from "./events.ts";
import { explanationEndpoints } from "./explanations.ts";
import { fleetEndpoints } from "./fleet.ts";
import { inboxEndpoints } from "./inbox.ts";
import { incidentEndpoints } from "./incidents.ts";
import { isolationEndpoints } from "./isolation.ts";
import { logCheckEndpoints } from "./log-checks.ts";
import { mcpEndpoints } from "./mcp.ts";
import { oidcEndpoints } from "./oidc.ts";
import { overviewEndpoints } from "./overview.ts";
import { policyEndpoints } from "./policy.ts";
import { policyReportEndpoints } from "./policy-reports.ts";
import { checklistEndpoints } from "./posture-checklists.ts";
import { postureEndpoints } from "./posture.ts";
import { queryEndpoints } from "./queries.ts";
import { redteamEndpoints } from "./redteam.ts";
import { sessionEndpoints } from "./sessions.ts";
import { teamEndpoints } from "./team.ts";
import { usageEndpoints } from "./usage.ts";

export const ENDPOINTS: readonly Endpoint[] = [
  ...accessEndpoints,
  ...actionEndpoints,
  ...approvalEndpoints,
  ...askEndpoints,
  ...complianceEndpoints,
  ...eventEndpoints,
  ...explanationEndpoints,
  ...fleetEndpoints,
  ...inboxEndpoints,
  ...incidentEndpoints,
  ...isolationEndpoints,
  ...logCheckEndpoints,
  ...mcpEndpoints,
  ...oidcEndpoints,
  ...overviewEndpoints,
  ...policyEndpoints,
  ...policyReportEndpoints,
  ...postureEndpoints,
  ...checklistEndpoints,
  ...queryEndpoints,
  ...redteamEndpoints,
  ...sessionEndpoints,
  ...teamEndpoints,
  ...usageEndpoints,
];
