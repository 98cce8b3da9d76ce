// A way back to the admin pages, in the browsers of those who are signed in there.
// Pages are the same for all visitors and no cookie is read: the admin pages leave a mark here.
"use strict";

try {
  if (localStorage.getItem("admin")) {
    const link = document.createElement("a");
    link.className = "to-admin";
    link.href = document.currentScript.dataset.admin;
    link.textContent = "Admin";
    document.body.append(link);
  }
} catch {
  // Without storage there is no mark.
}
