package proofload.shop.recommendations;

import io.opentelemetry.api.trace.Span;
import java.util.regex.Matcher;

/** One request as a handler sees it. {@code path} holds the values of the route's names. */
record Call(Matcher path, Span span) {}
