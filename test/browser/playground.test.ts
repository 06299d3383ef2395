import { describe, expect, test } from "vitest";
import { MAX_TEXT_UTF16_UNITS } from "../../src/limits.ts";
import { startService } from "../integration/service.ts";
import { answered, overflow, startBrowser } from "./chromium.ts";

const service = startService({ seeded: true });
const open = startBrowser();

const TWEET = "Thank you @nasa for the launch from Cape Canaveral 😍 https://t.co/x";

/** A page that has answered `TWEET`. */
async function openAsked(options?: Parameters<typeof open>[1]) {
  const opened = await open(service.url(`/#${new URLSearchParams({ text: TWEET })}`), options);
  await answered(opened.page);
  return opened;
}

/** What the service itself answers about `TWEET`. */
async function answerOf<T>(route: string, parameters: Record<string, string> = {}): Promise<T> {
  return (await (await service.get(`${route}?${new URLSearchParams({ text: TWEET, ...parameters })}`)).json()) as T;
}

interface Analysis {
  results: Record<
    string,
    {
      label?: string;
      scores?: { score: number }[];
      words?: { tag: string }[];
      entities?: { text: string; label: string }[];
    }
  >;
}

describe("what it shows", () => {
  test("a card with a bar a label for every classification task that tells something of a tweet", async () => {
    const { page, complaints } = await openAsked();
    const { models } = await answerOf<{ models: [{ tasks: Record<string, { kind: string }> }] }>("/v1/models");
    const expected = Object.entries(models[0].tasks).flatMap(([name, { kind }]) =>
      kind === "classification" && name !== "review" ? [name] : [],
    );
    const shown = await page.locator(".verdict").evaluateAll((cards) => cards.map((card) => card.dataset.task));
    expect(shown.toSorted()).toEqual(expected.toSorted());

    const { sentiment } = (await answerOf<Analysis>("/v1/analyze")).results;
    expect(await page.locator("[data-task=sentiment] .verdict-label").textContent()).toBe(sentiment?.label);
    const shares = await page.evaluate<number[]>(
      `[...document.querySelectorAll("[data-task=sentiment] .track")].map((track) =>
        parseFloat(getComputedStyle(track, "::before").width) / track.clientWidth)`,
    );
    expect(shares).toHaveLength(3);
    sentiment?.scores?.forEach(({ score }, index) => {
      expect(shares[index]).toBeCloseTo(score, 1);
    });
    expect(complaints).toEqual([]);
  });

  test("the entities of the chosen tag set, marked in the tweet as sent", async () => {
    const { page } = await openAsked();
    const ner = page.locator("[data-task=ner]");
    await ner.getByRole("radio", { name: "wnut17" }).check();
    await page.locator(".command code", { hasText: "ner/wnut17" }).waitFor();
    const { results } = await answerOf<Analysis>("/v1/analyze", { tasks: "ner/wnut17" });
    const entities = results["ner/wnut17"]?.entities ?? [];
    expect(entities).not.toEqual([]);
    const marks = ner.locator("mark");
    expect(await marks.allTextContents()).toEqual(entities.map(({ text, label }) => text + label));
    await marks.locator("small").evaluateAll((labels) => labels.map((label) => label.remove()));
    expect(await ner.locator(".tweet").textContent()).toBe(TWEET);
  });

  test("a coloured tag under each word, and those of another tag set once it is chosen", async () => {
    const { page, complaints } = await openAsked();
    const pos = page.locator("[data-task=pos]");
    const { results } = await answerOf<Analysis>("/v1/analyze", { tasks: "pos,pos/ark" });
    const tagsOf = (name: string) => results[name]?.words?.map(({ tag }) => tag);
    expect(await pos.locator(".tag").allTextContents()).toEqual(tagsOf("pos"));
    const colours = await page.evaluate<string[]>(
      `[...document.querySelectorAll(".word .tag")].map((tag) => getComputedStyle(tag).color)`,
    );
    expect(new Set(colours).size).toBeGreaterThan(1);
    await pos.getByRole("radio", { name: "ark" }).check();
    await page.locator(".command code", { hasText: "pos/ark" }).waitFor();
    expect(await pos.locator(".tag").allTextContents()).toEqual(tagsOf("pos/ark"));
    expect(complaints).toEqual([]);
  });

  test("the normalized text, its rewrites, and the pieces with their ids", async () => {
    const { page } = await openAsked();
    expect(await page.locator(".normalized").textContent()).toMatch(/^Thank you @USER for the launch .* HTTPURL$/);
    expect(await page.locator(".rewrites .kind").allTextContents()).toEqual(["mention", "emoji", "url"]);
    const { pieces, ids } = await answerOf<{ pieces: string[]; ids: number[] }>("/v1/tokenize");
    expect(await page.locator(".piece > span:first-child").allTextContents()).toEqual(pieces);
    expect(await page.locator(".piece .id").allTextContents()).toEqual(ids.map(String));
  });

  test("times, the cache's word, and a curl command for the same answer", async () => {
    const { page } = await openAsked();
    await page.reload();
    await answered(page);
    const row = page.locator(".exchanges tbody tr").first();
    expect(await row.locator("td").allTextContents()).toEqual([
      expect.stringMatching(/^[\d.]+\u2009ms$/),
      expect.stringMatching(/total [\d.]+\u2009ms/),
      "hit",
    ]);
    expect(await page.locator("#status").textContent()).toContain("cache: hit");
    const command = await page.locator(".command code").textContent();
    expect(command).toBe(`curl -G ${service.url("/v1/analyze")} \\\n  --data-urlencode 'text=${TWEET}'`);
  });
});

describe("how it is used", () => {
  test("asks once typing rests, keeps the text in the address, and shows a link's text again", async () => {
    const { page } = await openAsked();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.locator("#text").fill("");
    await page.locator("#text").pressSequentially("so sad today", { delay: 5 });
    await page.locator(".normalized", { hasText: "so sad today" }).waitFor();
    expect(asked.toSorted()).toEqual(["/v1/analyze", "/v1/tokenize"]);
    const { page: second } = await open(page.url());
    await answered(second);
    expect(await second.locator("#text").inputValue()).toBe("so sad today");
  });

  test("keyboard alone: to an example, to a tag set, each with a focus that can be seen", async () => {
    const { page, complaints } = await openAsked();
    const focused = () => page.evaluate<string>("document.activeElement.id || document.activeElement.textContent");
    const outline = () => page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle");
    await page.locator("#text").focus();
    const stops: string[] = [];
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press("Tab");
      stops.push(await focused());
      expect(await outline()).not.toBe("none");
    }
    expect(stops).toEqual(["clear", "share", "Launch", "Monday"]);
    await page.keyboard.press("Enter");
    await page.locator(".normalized", { hasText: "another Monday" }).waitFor();
    while (!(await focused()).startsWith("pos-")) await page.keyboard.press("Tab");
    const before = await focused();
    await page.keyboard.press("ArrowRight");
    await page.locator(`#${before}:not(:checked)`).waitFor({ state: "attached" });
    await answered(page);
    expect(await focused()).toMatch(/^pos-/);
    expect(await focused()).not.toBe(before);
    expect(complaints).toEqual([]);
  });

  test("says what the service refuses, and answers the next text again", async () => {
    const { page } = await open(service.url("/"));
    await page.locator("#text").fill("a".repeat(MAX_TEXT_UTF16_UNITS + 1));
    const problem = page.getByRole("alert");
    await problem.locator("h2").waitFor();
    expect(await problem.locator(".problem-type").textContent()).toBe("413 /problems/text-too-long");
    await page.locator("#text").fill("fine again");
    await answered(page);
  });

  test("an empty text is nothing to ask about", async () => {
    const { page } = await openAsked();
    await page.getByRole("button", { name: "Clear" }).click();
    expect(await page.locator("#results").textContent()).toBe("");
    expect(new URL(page.url()).hash).toBe("");
  });

  test("markup in a tweet stays text", async () => {
    const { page, complaints } = await open(service.url("/"));
    const text = `<img src=x onerror="document.title='owned'"> <script>document.title='owned'</script> @a <b>`;
    await page.locator("#text").fill(text);
    await page.locator(".command code", { hasText: "onerror" }).waitFor();
    await answered(page);
    expect(await page.locator("#results img, #results script, #results b").count()).toBe(0);
    expect(await page.title()).toBe("bertweet-edge playground");
    expect(complaints).toEqual([]);
  });
});

describe("how it looks", () => {
  test.each(["light", "dark"] as const)("%s, with text that stands out from its paper", async (colorScheme) => {
    const { page, complaints } = await openAsked({ colorScheme });
    const lightness = (property: string) =>
      page.evaluate<number>(`parseFloat(getComputedStyle(document.documentElement).${property}.match(/[\\d.]+/)[0])`);
    const [paper, ink] = [await lightness("backgroundColor"), await lightness("color")];
    expect(colorScheme === "light" ? paper - ink : ink - paper).toBeGreaterThan(0.6);
    expect(complaints).toEqual([]);
  });

  test("fits a phone without scrolling sideways, even with a word that has no end", async () => {
    const { page } = await openAsked({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    expect(await overflow(page)).toBe(0);
    await page.locator("#text").fill(`${"looo".repeat(60)} https://example.com/${"x".repeat(200)}`);
    await page.locator(".normalized", { hasText: "looolooo" }).waitFor();
    await answered(page);
    expect(await overflow(page)).toBe(0);
  });
});
