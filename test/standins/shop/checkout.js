/** The checkout of the shop that frames the step: the order is opened by `fetch`, the step appears above the page. */
const form = document.querySelector("form[action='/checkout']");
const { customer, press } = form.elements;
const phone = document.getElementById("phone");

customer.addEventListener("change", () => {
  phone.href = phone.href.replace(/[^/]*$/, customer.value);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch("/checkout", { method: "POST", headers: { accept: "application/json" }, body });
  const { url, go } = await answer.json().catch(() => ({}));
  if (!url) return go ? location.assign(go) : form.submit();
  return Ringfence.open({
    url,
    title: form.dataset.title,
    // A hint: /return asks Ringfence, server to server, before anything ships.
    onResult({ verification, outcome }) {
      press.value = crypto.randomUUID();
      if (outcome !== "abandoned") location.assign(`/return?verification=${verification}`);
    },
  });
});
