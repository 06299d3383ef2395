import { BundleError } from "../../bundle/bundle-error.ts";
import type { Bundle } from "../../bundle/manifest.ts";
import { LOAD_PAUSE_MS, MODEL_WAIT_LIMIT_MS } from "../../limits.ts";
import { log } from "../../log.ts";
import { within } from "../../within.ts";
import type { Host } from "./attempts.ts";
import { doesNotFit, modelRoom } from "./budget.ts";
import { type Candidate, checkFiles, createCandidates, readBundle } from "./candidates.ts";
import { dropModel, heldModel, heldModels, isHeld, loadFailure, modelBytes } from "./held-models.ts";
import { createPointerWatch } from "./pointer-watch.ts";
import { causeOf, reasonOf, unavailable } from "./reason.ts";
import { isChosen } from "./split.ts";

/** The bundle that answers a text. */
export interface AnsweringBundle extends Bundle {
  /** Whether a canary runs. Then answers of this model may soon come from another version. */
  canaryRunning: boolean;
}

/** The versions that the pointer names beside the one that answers. */
export interface Rollout {
  /** The current version, if it does not answer yet, and the reason. */
  wanted?: { version: string; reason: string };
  canary?: { version: string; percent: number; state: "answering" | "loading" | "refused"; reason?: string };
}

/** One model of `MODEL`: the versions that its pointer names, and the version that answers. */
export interface ServedModel {
  /** @throws RequestFailure `model-unavailable` if this isolate has never read a version and can't read one now */
  bundleFor(env: Env, host: Host, text: string | undefined): Promise<AnsweringBundle>;
  /** The version that answers all texts except the canary's. */
  answering(): string | undefined;
  rollout(): Rollout;
}

/** @param needed the versions that answer now, of all models: a canary must not take their memory */
export function createServedModel(id: string, needed: () => ReadonlySet<string>): ServedModel {
  const watch = createPointerWatch(id);
  const candidate = createCandidates();
  let answering: Bundle | undefined;

  /** Whether no version can compute: none is known, or the known one could not be loaded. */
  const isStuck = () => !answering || (!isHeld(answering.version) && loadFailure(answering.version) !== undefined);

  function takeOver(bundle: Bundle): void {
    const previous = answering?.version;
    answering = bundle;
    log({ event: "version-taken-over", model: id, version: bundle.version, previous });
  }

  function refused(version: string) {
    return (error: unknown, retryInMs: number) =>
      log({ event: "version-refused", model: id, version, reason: causeOf(error), retryInMs });
  }

  /** Takes the version that the pointer names without a check, as in a fresh isolate, because no other version can answer. */
  async function learn(env: Env, host: Host): Promise<void> {
    const { version } = await watch.read(env.MODELS, host, LOAD_PAUSE_MS.first);
    if (version === answering?.version) return;
    const named = candidate(version);
    if (answering && named.proof.pauseMs() > 0) return; // it was tried and failed
    const { manifest } = named;
    try {
      const running = manifest.running();
      if (running) await within(running, MODEL_WAIT_LIMIT_MS);
      else if (manifest.pauseMs() === 0)
        await manifest.start(host, () => readBundle(env.MODELS, id, named), refused(version));
      if (!named.bundle) throw manifest.failure() ?? new BundleError("The manifest is still being read.");
    } catch (error) {
      throw unavailable(error, manifest.pauseMs());
    }
    if (answering?.version !== version) takeOver(named.bundle);
  }

  /** Starts loads and checks of the versions that the pointer names. */
  function tend(env: Env, host: Host): void {
    const pointer = watch.known();
    if (!pointer || !answering) return;
    const isWanted = pointer.version !== answering.version;
    const version = isWanted ? pointer.version : pointer.canary?.version;
    if (version === undefined || version === answering.version) return;
    const named = candidate(version);
    if (isHeld(version)) {
      if (isWanted && named.bundle) takeOver(named.bundle);
      return;
    }
    if (!isWanted && !isHeld(answering.version)) return; // first let the first request load the current version
    if (watch.isRefreshing() || named.proof.running() || named.proof.pauseMs() > 0) return;
    void named.proof.start(host, () => proveVersion(env, host, named, !isWanted), refused(version));
  }

  async function proveVersion(env: Env, host: Host, named: Candidate, isCanary: boolean): Promise<void> {
    const bundle = await readBundle(env.MODELS, id, named);
    const [bytes, room] = [modelBytes(env, bundle), modelRoom(env)];
    const kept = isCanary ? needed() : new Set(answering && [answering.version]);
    const taken = heldModels().reduce((sum, held) => (kept.has(held.version) ? sum + held.bytes : sum), 0);
    if (bytes > room || (isCanary && taken + bytes > room)) throw doesNotFit(bytes, room - (isCanary ? taken : 0));
    try {
      if (taken + bytes > room && answering) {
        await checkFiles(env.MODELS, named, bundle);
        named.inPlace = true;
        dropModel(answering.version);
      }
      await heldModel(env, bundle, host, { whole: true });
    } finally {
      named.inPlace = false;
    }
    if (watch.known()?.version === named.version && answering?.version !== named.version) takeOver(bundle);
  }

  /** Waits while a version is being loaded in place of the answering one, because it will soon be clear which of them answers. */
  async function swap(): Promise<void> {
    const pointer = watch.known();
    const named = pointer && candidate(pointer.version);
    const running = named?.inPlace ? named.proof.running() : undefined;
    if (running)
      await within(
        running.catch(() => {}),
        MODEL_WAIT_LIMIT_MS,
      ); // after a failure the old version answers
  }

  return {
    async bundleFor(env, host, text) {
      if (isStuck()) await learn(env, host).catch(keepIf(answering !== undefined));
      else watch.refresh(env.MODELS, host);
      tend(env, host);
      await swap();
      const pointer = watch.known();
      const current = answering as Bundle;
      const canary = pointer?.version === current.version ? pointer.canary : undefined;
      const answers = canary && text !== undefined && isHeld(canary.version) && isChosen(text, canary);
      const chosen = (answers && candidate(canary.version).bundle) || current;
      return { ...chosen, canaryRunning: pointer?.canary !== undefined };
    },
    answering: () => answering?.version,
    rollout() {
      const pointer = watch.known();
      const rollout: Rollout = {};
      if (!pointer || !answering) return rollout;
      const failureOf = (version: string) => candidate(version).proof.failure();
      if (pointer.version !== answering.version) {
        const failure = failureOf(pointer.version);
        const reason = failure ? reasonOf(failure) : "It is being loaded and checked.";
        rollout.wanted = { version: pointer.version, reason };
      }
      if (pointer.canary) {
        const { version } = pointer.canary;
        const failure = failureOf(version);
        if (isHeld(version) && pointer.version === answering.version)
          rollout.canary = { ...pointer.canary, state: "answering" };
        else if (failure) rollout.canary = { ...pointer.canary, state: "refused", reason: reasonOf(failure) };
        else rollout.canary = { ...pointer.canary, state: "loading" };
      }
      return rollout;
    },
  };
}

/** Ignores a failure if `known` is true; otherwise throws it. */
function keepIf(known: boolean): (error: unknown) => void {
  return (error) => {
    if (!known) throw error;
  };
}
