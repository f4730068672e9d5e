// Streamlit names the help of a heading only "Help": say of what, for those who hear the page.
new MutationObserver(() => {
  for (const button of document.querySelectorAll("button[aria-label=Help]")) {
    const of = button.closest("h1, h2, h3, p");
    const said = of ? of.textContent.trim() : "";
    if (said) button.setAttribute("aria-label", `Help: ${said}`);
  }
}).observe(document.documentElement, {childList: true, subtree: true});
