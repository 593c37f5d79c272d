// A store for many machines finds by a filter what the index of one machine finds, whatever the filter is.
import fc from "fast-check";
import { expect } from "vitest";
import { searchIndex } from "#record/store/index/index-answers.ts";
import type { IndexFile } from "#record/store/index/opened-index.ts";
import type { FleetBatch } from "#record/fleet/fleet-row.ts";
import type { searchPostgres } from "#surface/services/fleet/store-search.ts";
import { generatedFilters } from "../../../record/generated-filters.ts";

/** Tries so many generated filters, page by page, over a store and an index of the same batches. */
export async function findsAsTheIndex(
  stored: Pick<ReturnType<typeof searchPostgres>, "search">,
  index: IndexFile,
  batches: readonly FleetBatch[],
  runs: number,
): Promise<void> {
  const entries = batches.flatMap((batch) => batch.entries);
  const events = entries.map(({ row }) => row.event);
  await fc.assert(
    fc.asyncProperty(
      generatedFilters(() => events),
      fc.option(fc.nat(events.length)),
      fc.integer({ min: 1, max: 200 }),
      async (filter, before, limit) => {
        const { places } = searchIndex(index, filter, { limit, before, byRank: false });
        const found = await stored.search(filter, { limit, before });
        expect(found.map(({ place }) => place)).toEqual(places);
      },
    ),
    { numRuns: runs },
  );
}
