name(hdt).
version('0.5.2').
% comment
title('Access RDF HDT files').
