export { BertweetEdge as default } from "./rpc.ts";
