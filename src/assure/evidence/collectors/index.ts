// All collectors, begun for one period.
import type { Attested } from "../attested-state.ts";
import type { Collecting, EvidencePeriod } from "../collector.ts";
import { followCompleteness } from "./completeness.ts";
import { followContent } from "./content.ts";
import { followCoverage } from "./coverage.ts";
import { followApprovals, followExceptions } from "./exceptions.ts";
import { followGuard } from "./guard.ts";
import { followIncidents } from "./incidents.ts";
import { followPolicy } from "./policy.ts";
import { followProcessors, type RegisteredProcessor } from "./contracts.ts";
import { followRecord, followRetention, type RetentionFacts } from "./record.ts";
import { followRequests } from "./requests.ts";

/** What stands beside the log. `first`: entries before it were removed on record; `policies`: digests that a person attested; `reviewed`: when exceptions were looked at again. */
export type Beside = {
  readonly first: number;
  readonly retention: RetentionFacts;
  readonly policies: ReadonlySet<string>;
  readonly reviewed: ReadonlyMap<string, readonly number[]>;
  readonly processors: readonly RegisteredProcessor[];
  readonly attested: readonly Attested[];
};

/** Begins all of them. */
export function startCollecting(
  period: EvidencePeriod,
  { first, retention, policies, reviewed, processors, attested }: Beside,
): readonly Collecting[] {
  return [
    followCoverage(period, first),
    followCompleteness(first),
    followGuard(period),
    followPolicy(policies),
    followExceptions(period, reviewed),
    followApprovals({ isCut: first > 0 }),
    followContent(),
    followIncidents(period),
    followRecord(),
    followRequests(period),
    followProcessors(period, processors, attested),
    followRetention(retention),
  ];
}
