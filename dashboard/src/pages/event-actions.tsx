// What can be done about a call that was refused or asked about, where its event is read.
import { quotedForShell } from "../../../src/base/shell-quoting.ts";
import { segment } from "../core/api.ts";
import { useApi, useMe } from "../core/app.ts";
import { useResource } from "../core/resource.ts";
import { mayAs } from "../core/session.ts";
import { Confirm } from "../parts/confirm.tsx";
import { plainLine } from "../parts/marks.ts";
import { Panel } from "../parts/panel.tsx";
import { Loaded } from "../parts/state.tsx";
import { Text } from "../parts/text.tsx";
import { AllowForAWhile, type ScopeChoice, WithoutRule } from "./rule-trials.tsx";

type Actions = {
  readonly project: string | null;
  readonly rules: readonly { readonly rule: string; readonly scopes: readonly ScopeChoice[] }[];
  readonly hosts: readonly string[];
  readonly servers: readonly string[];
};

export function EventActions({ index }: { readonly index: number }) {
  const resource = useResource<Actions>(`/events/${segment(index)}/actions`);
  const { role } = useMe();
  return (
    <Panel title="What you can do" isWide>
      <Loaded resource={resource} label="Reading what can be done">
        {({ project, rules, hosts, servers }) => (
          <>
            {project === null && (
              <p class="quiet">
                Its project is not guarded any more: nothing of it can be changed.
              </p>
            )}
            {project !== null && rules.length === 0 && (
              <p class="quiet">
                No rule of the policy stopped it by what it does, so there is nothing to except.
              </p>
            )}
            {project !== null &&
              rules.map(({ rule, scopes }) => (
                <div key={rule} class="form">
                  <Text value={rule} isCode limit={120} />
                  <span class="form-actions">
                    {mayAs(role, "approver") && (
                      <AllowForAWhile
                        title="Allow for a while"
                        project={project}
                        rule={rule}
                        scopes={scopes}
                      />
                    )}
                    <WithoutRule project={project} rule={rule} />
                  </span>
                </div>
              ))}
            {mayAs(role, "responder") &&
              [
                ...hosts.map((name) => ({ kind: "host", name })),
                ...servers.map((name) => ({ kind: "server", name })),
              ].map((one) => <CutOff key={`${one.kind} ${one.name}`} {...one} isNamed />)}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

/** Cuts one host or MCP server off for every session; `isNamed` says which on the button. */
export function CutOff(props: {
  readonly kind: string;
  readonly name: string;
  readonly isNamed?: boolean;
  readonly onDone?: () => void;
}) {
  const { kind, name, isNamed = false, onDone } = props;
  const api = useApi();
  return (
    <Confirm<unknown>
      title={isNamed ? `Cut off ${plainLine(name, 60)}` : "Cut off"}
      note="Why"
      isNoteRequired
      isDangerous
      command={() => `sallyport block add ${kind} ${quotedForShell(name)} --reason "..."`}
      act={(reason) => api.post("/blocks", { kind, name, reason: reason.slice(0, 300) })}
      {...(onDone === undefined ? {} : { onDone: () => onDone() })}
    >
      <p>
        Every session is refused <Text value={name} isCode limit={120} /> from the next call on,
        until an administrator opens it again under Alerts and incidents. Calls that run already go
        on.
      </p>
    </Confirm>
  );
}
