// The button that closes an incident: it asks how what the incident is about was possible.
import { useState } from "preact/hooks";
import { type Answer, segment } from "../core/api.ts";
import { useResource } from "../core/resource.ts";
import { Confirm } from "../parts/confirm.tsx";
import { Choice } from "../parts/field.tsx";
import { Loaded } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";

const OUTCOMES = [
  { value: "blocked-by-hook", label: "Blocked by the guard" },
  { value: "denied-by-policy", label: "Denied by the policy" },
  { value: "allowed-by-config", label: "Allowed by the configuration" },
  { value: "user-approved", label: "Approved by a person" },
  { value: "nobody-answered", label: "Nobody answered" },
  { value: "missed", label: "Missed" },
] as const;
type Outcome = (typeof OUTCOMES)[number]["value"];

/** `act` sends it. */
export function CloseIncident({
  id,
  stillOpen,
  act,
  onDone,
}: {
  readonly id: string;
  /** What is not done yet, where the page knows it; else it is asked for when the dialog opens. */
  readonly stillOpen?: readonly string[];
  readonly act: (outcome: Outcome, note: string) => Promise<Answer<unknown>>;
  readonly onDone: () => void;
}) {
  const [outcome, setOutcome] = useState<Outcome>("blocked-by-hook");
  return (
    <Confirm<unknown>
      title="Close"
      note="What came of it"
      command={() => `sallyport incident close ${id} --outcome ${outcome}`}
      act={(note) => act(outcome, note)}
      onDone={onDone}
    >
      <p>Say how what happened was possible. Sessions that are held stay held.</p>
      {stillOpen === undefined ? <AskedOpen id={id} /> : <StillOpen items={stillOpen} />}
      <Choice label="Outcome" value={outcome} options={OUTCOMES} onChoose={setOutcome} />
    </Confirm>
  );
}

function AskedOpen({ id }: { readonly id: string }) {
  const resource = useResource<{ readonly stillOpen: readonly string[] }>(
    `/incidents/${segment(id)}`,
  );
  return (
    <Loaded resource={resource} label="Reading what is still open">
      {({ stillOpen }) => <StillOpen items={stillOpen} />}
    </Loaded>
  );
}

function StillOpen({ items }: { readonly items: readonly string[] }) {
  if (items.length === 0) return <p>Nothing of it is open any more.</p>;
  return (
    <div role="group" aria-label="Still open">
      <p>Still open:</p>
      <ul class="lines">
        {items.map((item) => (
          <li key={item}>
            <Text value={item} limit={300} />
          </li>
        ))}
      </ul>
    </div>
  );
}
