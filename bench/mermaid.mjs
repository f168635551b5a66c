// Reads a JSON list of Mermaid texts from stdin; prints for each the labels of the diagram that mermaid makes of it, in order, or an error.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document });  // mermaid cleans labels with what a browser has
const { default: mermaid } = await import("mermaid");
const labels = (node) => [node.text, ...node.children.flatMap(labels)];
const read = async (text) => {
  try {
    await mermaid.parse(text);
    return { labels: labels((await mermaid.mermaidAPI.getDiagramFromText(text)).db.getRoot()) };
  } catch (error) {
    return { error: String(error) };
  }
};
const found = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) found.push(await read(text));
console.log(JSON.stringify(found));
