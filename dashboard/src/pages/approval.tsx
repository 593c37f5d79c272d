// One request for approval, made to be read and answered on a phone: one question, what it would do, two buttons.
import { segment } from "../core/api.ts";
import { useApi, useMe } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { mayAs } from "../core/session.ts";
import { Badge } from "../parts/badge.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Pairs, PageFrame, Panel } from "../parts/panel.tsx";
import { Loaded } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { Time } from "../parts/time.tsx";
import type { ApprovalItem } from "./approvals.tsx";
import type { PageProps } from "./index.ts";

type Answer = { readonly command: string; readonly item: ApprovalItem };

export function Page({ params }: PageProps) {
  const id = params["id"] ?? "";
  const resource = useResource<Answer>(
    `/approvals/${segment(id)}`,
    {},
    {
      live: ["changed"],
      what: ["approvals"],
      everyMs: 10_000,
    },
  );
  return (
    <PageFrame title="Approval" command={resource.value?.command}>
      <Loaded resource={resource} label="Reading the request">
        {({ item }) => <Request item={item} reload={resource.reload} />}
      </Loaded>
    </PageFrame>
  );
}

function Request({ item, reload }: { readonly item: ApprovalItem; readonly reload: () => void }) {
  const { id, state, tool, root, rules, what, call, requester, approvers, single } = item;
  return (
    <Panel title="Somebody asks for one call" isWide>
      <p class="lead">
        <Badge word={state} /> <Text value={requester} limit={60} /> asks for a call of{" "}
        <Text value={tool} limit={40} />, until <Time ms={item.expiresMs} as="both" />
      </p>
      <ul class="lines">
        {what.map((line) => (
          <li key={line}>
            <Text value={line} limit={300} />
          </li>
        ))}
      </ul>
      {call !== null && <Text value={call} isCode isMultiline limit={2_400} />}
      <Answers item={item} reload={reload} />
      <Pairs
        rows={[
          ["Id", <Text key="id" value={id} isCode />],
          ["Project", <Text key="root" value={root} isCode limit={200} />],
          ["Asked by the rule", <Text key="rules" value={rules.join(", ")} isCode limit={300} />],
          [
            "Who may answer",
            <Text
              key="who"
              value={approvers
                .map(({ name, approved }) => (approved ? `${name} (approved)` : name))
                .join(", ")}
              limit={300}
            />,
          ],
          ["Counts for", single ? "this one call, once" : "this call, as often as it comes"],
          ["Digest", <Text key="digest" value={item.digest} isCode limit={80} />],
        ]}
      />
    </Panel>
  );
}

function Answers({ item, reload }: { readonly item: ApprovalItem; readonly reload: () => void }) {
  const api = useApi();
  const { role } = useMe();
  const { id, digest, state, whyNotMine } = item;
  if (!mayAs(role, "approver")) return <p>You may look. An approver answers it.</p>;
  const answer = (word: "approve" | "deny") => (note: string) =>
    api.post(`/approvals/${segment(id)}/answer`, {
      digest,
      answer: word,
      ...(note === "" ? {} : { note: note.slice(0, 300) }),
    });
  const end = (how: "denied" | "revoked") => () =>
    api.post(`/approvals/${segment(id)}/end`, { how });
  return (
    <div class="form-actions form-actions-big">
      {whyNotMine === null && (
        <>
          <Confirm<unknown>
            title="Approve"
            note="Note"
            act={answer("approve")}
            command={() => `sallyport approvals approve request.json --export receipt.json`}
            onDone={reload}
          >
            <p>You sign this with your key. The agent may then make exactly this call.</p>
          </Confirm>
          <Confirm<unknown>
            title="Deny"
            note="Why"
            isDangerous
            act={answer("deny")}
            onDone={reload}
          >
            <p>You sign that this is not to be done. The agent is told so.</p>
          </Confirm>
        </>
      )}
      {whyNotMine !== null && state === "open" && (
        <p>
          <Text value={whyNotMine} limit={200} />
        </p>
      )}
      {(state === "open" || state === "approved") && (
        <Confirm<unknown>
          title={state === "open" ? "End the request" : "Revoke"}
          isDangerous
          act={end(state === "open" ? "denied" : "revoked")}
          command={() => `sallyport approvals ${state === "open" ? "deny" : "revoke"} ${id}`}
          onDone={reload}
        >
          <p>It counts for nothing from now on.</p>
        </Confirm>
      )}
    </div>
  );
}
