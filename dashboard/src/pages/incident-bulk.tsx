// What is done about many incidents at once: each by an order of its own, so that a change of somebody else's is told and not overwritten.
import { type Answer, segment } from "../core/api.ts";
import { useApi, useMe } from "../core/app.ts";
import { mayAs } from "../core/session.ts";
import { Confirm } from "../parts/confirm.tsx";
import { formatCount } from "../parts/time-text.ts";
import { CloseIncident } from "./close-incident.tsx";
import type { IncidentRow } from "./incident-answer.ts";

export function IncidentBulk(props: {
  readonly picked: readonly IncidentRow[];
  readonly all: readonly IncidentRow[];
  readonly onAll: () => void;
  readonly onNone: () => void;
  readonly onDone: () => void;
}) {
  const { picked, all, onAll, onNone, onDone } = props;
  const api = useApi();
  const { role } = useMe();
  if (!mayAs(role, "responder") || all.length === 0) return null;
  const open = picked.filter(({ state }) => state !== "closed");
  /** The first that is refused ends it: what was done before stays done, and the list says so. */
  const each = async (body: object): Promise<Answer<unknown>> => {
    let last: Answer<unknown> = { ok: true, value: undefined };
    let done = 0;
    for (const { id, updatedMs: seenMs } of open) {
      last = await api.post(`/incidents/${segment(id)}/orders`, { seenMs, ...body });
      if (!last.ok) {
        const message = `${formatCount(done)} of ${formatCount(open.length)} are done. ${id}: ${last.fault.message}`;
        return { ok: false, fault: { ...last.fault, message } };
      }
      done += 1;
    }
    return last;
  };
  const withNote = (note: string) => (note === "" ? {} : { note });
  const lines = (what: string) => () =>
    open.map(({ id }) => `sallyport incident ${what} ${id}`).join(" && ");
  const count = formatCount(open.length);
  return (
    <div class="form-actions bulk" role="group" aria-label="With those selected">
      <span role="status">
        {picked.length === 0 ? "None selected" : `${formatCount(picked.length)} selected`}
      </span>
      <button type="button" class="text-more" onClick={onAll}>
        Select all {formatCount(all.length)}
      </button>
      {picked.length > 0 && (
        <button type="button" class="text-more" onClick={onNone}>
          Select none
        </button>
      )}
      {open.length > 0 && (
        <>
          <Confirm<unknown>
            title="Assign to me"
            command={lines("take")}
            act={() => each({ what: "take" })}
            onDone={onDone}
          >
            <p>You own {count} of them from now on.</p>
          </Confirm>
          <Confirm<unknown>
            title="Contained"
            note="Note"
            command={lines("contain")}
            act={(note) => each({ what: "contain", ...withNote(note) })}
            onDone={onDone}
          >
            <p>None of these {count} goes any further. A new alert opens it again.</p>
          </Confirm>
          <CloseIncident
            id={open.length === 1 ? (open[0]?.id ?? "") : `each of these ${count}`}
            {...(open.length === 1 ? {} : { stillOpen: openOf(open) })}
            act={(outcome, note) => each({ what: "close", outcome, ...withNote(note) })}
            onDone={onDone}
          />
        </>
      )}
    </div>
  );
}

/** What a list knows of what is open; each incident says more on its page. */
function openOf(rows: readonly IncidentRow[]): readonly string[] {
  const counted = (what: string, some: readonly IncidentRow[]) =>
    some.length === 0
      ? []
      : [`${formatCount(some.length)} of ${formatCount(rows.length)} ${what}.`];
  return [
    ...counted(
      "have nobody",
      rows.filter(({ owner }) => owner === null),
    ),
    ...counted(
      "were not contained",
      rows.filter(({ state }) => state !== "contained"),
    ),
    ...counted(
      "have steps of a playbook that are not done",
      rows.filter(({ steps, stepsDone }) => stepsDone < steps),
    ),
  ];
}
