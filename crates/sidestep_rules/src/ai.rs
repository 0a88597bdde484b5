//! What an AI call is: a library function marked `ai`, a request to a provider's address, or, where nothing else is known,
//! a receiver that nobody binds and whose name says so.

use crate::around::*;
use crate::finding::Confidence;
use sidestep_facts::{ExprId, ExprKind, FileFacts};
use sidestep_program::{Effect, FileId, FunctionRef, Mark, Program, Value};

/// A call that sends a request to an AI service, by itself.
#[derive(Clone, Debug)]
pub(crate) struct AiCall {
    /// `chat`, `embedding` …
    pub kind: String,
    /// The library function, where one is known.
    pub target: Option<FunctionRef>,
    /// Its `ai` mark.
    pub mark: Option<Mark>,
    /// How sure.
    pub confidence: Confidence,
}

/// Addresses of providers, as they stand in URLs.
const HOSTS: &[(&str, &str)] = &[
    ("api.openai.com", "chat"),
    ("api.anthropic.com", "chat"),
    ("generativelanguage.googleapis.com", "chat"),
    ("api.mistral.ai", "chat"),
    ("api.cohere.", "chat"),
    ("api.groq.com", "chat"),
    ("api.together.xyz", "chat"),
    ("openrouter.ai/api", "chat"),
    ("api.deepseek.com", "chat"),
    ("api.perplexity.ai", "chat"),
    ("api-inference.huggingface.co", "completion"),
    ("api.voyageai.com", "embedding"),
    ("/chat/completions", "chat"),
    ("/v1/embeddings", "embedding"),
    ("/v1/messages", "chat"),
    ("/api/generate", "completion"),
    ("/api/embeddings", "embedding"),
];

/// Words that make the name of an unbound receiver an AI client.
const NAMES: &[&str] =
    &["ai", "llm", "openai", "anthropic", "claude", "gpt", "gemini", "mistral", "cohere", "ollama", "groq"];

/// What a call sends, if it is an AI request by itself.
pub(crate) fn ai_call(program: &Program, file: FileId, call: ExprId) -> Option<AiCall> {
    let facts = program.facts(file);
    let ExprKind::Call(callee, args) = facts.kind(call) else { return None };
    let callees = functions_called(program, file, call);
    let mut marked = None;
    let mut others = false;
    for &f in &callees {
        match program.mark(f, "ai") {
            Some(mark) => marked = marked.or(Some((f, mark))),
            None => others = true,
        }
    }
    if let Some((target, mark)) = marked {
        let kind = mark.args.first().and_then(|a| a.as_str()).unwrap_or("chat").to_owned();
        let confidence = if others { Confidence::Likely } else { Confidence::Certain };
        return Some(AiCall { kind, target: Some(target), mark: Some(mark), confidence });
    }
    let is_request = callees.iter().any(|&f| program.mark(f, "network").is_some());
    if is_request {
        for arg in facts.args(args).iter().take(4) {
            if let Some(text) = url(program, file, arg.value)
                && let Some((_, kind)) = HOSTS.iter().find(|(host, _)| text.contains(host))
            {
                return Some(AiCall {
                    kind: (*kind).into(),
                    target: callees.first().copied(),
                    mark: None,
                    confidence: Confidence::Certain,
                });
            }
        }
        return None;
    }
    // A model that nothing here makes, asked in the words that models are asked in.
    if callees.is_empty()
        && let ExprKind::Attribute(receiver, method) = facts.kind(callee)
        && let Some(kind) = kind_of(method.as_str())
        && let ExprKind::Name(name, _) | ExprKind::Attribute(_, name) = facts.kind(receiver)
        && is_model_name(name.as_str())
        && matches!(program.get(program.value(file, callee)), Value::Unknown | Value::External(_))
    {
        return Some(AiCall { kind: kind.into(), target: None, mark: None, confidence: Confidence::Likely });
    }
    if callees.is_empty()
        && let Some(root) = unbound_root(facts, callee)
        && says_ai(root)
    {
        let value = program.value(file, callee);
        if matches!(program.get(value), Value::Unknown) {
            let kind =
                if last_name(facts, call).is_some_and(|n| n.as_str().contains("embed")) { "embedding" } else { "chat" };
            return Some(AiCall { kind: kind.into(), target: None, mark: None, confidence: Confidence::Likely });
        }
    }
    None
}

/// The name at the start of an attribute chain that nothing in the file binds.
fn unbound_root(facts: &FileFacts, callee: ExprId) -> Option<&'static str> {
    let ExprKind::Attribute(mut at, _) = facts.kind(callee) else { return None };
    loop {
        match facts.kind(at) {
            ExprKind::Attribute(base, _) => at = base,
            ExprKind::Name(name, scope) => return facts.resolve(scope, name).is_none().then(|| name.as_str()),
            _ => return None,
        }
    }
}

/// The text of an address, as far as it is literal.
fn url(program: &Program, file: FileId, expr: ExprId) -> Option<String> {
    let facts = program.facts(file);
    match facts.kind(expr) {
        ExprKind::Str(text) => Some(text.as_str().to_owned()),
        ExprKind::FString(parts) => {
            let parts: Vec<String> = facts.expr_list(parts).filter_map(|p| url(program, file, p)).collect();
            (!parts.is_empty()).then(|| parts.concat())
        }
        ExprKind::Binary(_, left, right) => {
            let parts: Vec<String> = [left, right].into_iter().filter_map(|p| url(program, file, p)).collect();
            (!parts.is_empty()).then(|| parts.concat())
        }
        ExprKind::Name(..) | ExprKind::Attribute(..) => {
            let value = program.value(file, expr);
            match program.get(value) {
                Value::Str(text) => Some(text.as_str().to_owned()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a call sends an AI request, by itself or through functions of the program: how sure, and the first function on the
/// way if it is not the call itself.
pub(crate) fn reaches_ai(program: &Program, file: FileId, call: ExprId) -> Option<(Confidence, Option<FunctionRef>)> {
    if let Some(own) = ai_call(program, file, call) {
        return Some((own.confidence, None));
    }
    let callees = functions_called(program, file, call);
    let effects = program.effects();
    let through = callees.iter().copied().find(|&f| program.is_input(f.file) && ai_function(program, f).is_some())?;
    let reaching = callees.iter().filter(|&&f| ai_function(program, f).is_some()).count();
    let all = reaching * 2 >= callees.len();
    let every = reaching == callees.len();
    let certain = match effects.witness(through, Effect::Ai) {
        Some(witness) => witness.certain,
        None => !program.probably_ai(seeds).contains_key(&through),
    };
    // Far away, the request is no longer what the call is for.
    let far = ai_distance(program, through) > NEAR;
    Some((
        if far {
            Confidence::Possible
        } else if every && certain {
            Confidence::Certain
        } else if all {
            Confidence::Likely
        } else {
            Confidence::Possible
        },
        Some(through),
    ))
}

/// How many calls may lie between a function and the AI request that it is for.
const NEAR: usize = 5;

/// How many calls lie between a function and the AI request that it reaches.
fn ai_distance(program: &Program, function: FunctionRef) -> usize {
    let effects = program.effects();
    if effects.witness(function, Effect::Ai).is_some() {
        return effects.chain(function, Effect::Ai).len();
    }
    let probably = program.probably_ai(seeds);
    let (mut at, mut calls) = (function, 0);
    while let Some(&(_, next)) = probably.get(&at) {
        calls += 1;
        if next == at || calls > 32 {
            break;
        }
        at = next;
    }
    calls
}

/// The AI call in a function of the program, its own or one that it reaches: the function that has it, and the call.
pub(crate) fn ai_function(program: &Program, function: FunctionRef) -> Option<(FunctionRef, ExprId)> {
    let effects = program.effects();
    if effects.witness(function, Effect::Ai).is_some() {
        let chain = effects.chain(function, Effect::Ai);
        let last = chain.last()?;
        return Some((last.0, last.1.expr));
    }
    // Through an interface most of whose implementations do.
    let probably = program.probably_ai(seeds);
    let mut at = function;
    let mut last = None;
    for _ in 0..32 {
        let Some(&(expr, next)) = probably.get(&at) else { break };
        last = Some((at, expr));
        if next == at {
            break;
        }
        at = next;
    }
    last
}

/// The functions with an AI call that is known by its address or its name.
fn seeds(program: &Program) -> Vec<(FunctionRef, ExprId)> {
    let mut found = Vec::new();
    for file in program.inputs() {
        let facts = program.facts(file);
        for (index, expr) in facts.exprs.iter().enumerate() {
            let ExprKind::Call(callee, _) = expr.kind else { continue };
            let id = ExprId(index as u32);
            let Some(name) = last_name(facts, id) else { continue };
            let promising = matches!(name.as_str(), "post" | "request" | "stream")
                || kind_of(name.as_str()).is_some()
                || unbound_root(facts, callee).is_some_and(says_ai);
            if promising && ai_call(program, file, id).is_some_and(|c| c.mark.is_none()) {
                found.push((program.function_of(file, id), id));
            }
        }
    }
    found
}

/// Whether a name's words say AI.
fn says_ai(name: &str) -> bool {
    name.split('_').any(|word| NAMES.contains(&word.to_ascii_lowercase().as_str()))
}

/// What methods of models are called, whatever the model: the kind of request.
fn kind_of(method: &str) -> Option<&'static str> {
    Some(match method {
        "ainvoke"
        | "agenerate"
        | "a_generate"
        | "acomplete"
        | "acompletion"
        | "achat"
        | "apredict"
        | "generate_content_async"
        | "generate_content"
        | "agenerate_text"
        | "generate_response"
        | "chat_completion" => "chat",
        "aembed_query"
        | "aembed_documents"
        | "get_text_embedding"
        | "aget_text_embedding"
        | "aget_query_embedding"
        | "a_embed_text"
        | "embed_query"
        | "aembed_text" => "embedding",
        _ => return None,
    })
}

/// Whether a receiver is called what models are called: `llm`, `self.model`, `embed_model`.
fn is_model_name(name: &str) -> bool {
    let name = name.trim_start_matches('_').to_ascii_lowercase();
    name.split('_').any(|w| matches!(w, "llm" | "model" | "embedder" | "embeddings" | "chatbot"))
}
