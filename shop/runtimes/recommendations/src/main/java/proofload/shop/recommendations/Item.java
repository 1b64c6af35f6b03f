package proofload.shop.recommendations;

import com.google.gson.annotations.SerializedName;

/** A product that buyers of another one bought too. */
record Item(long id, String name, @SerializedName("price_cents") long priceCents) {}
